package org.openpks.api.certificate;

import java.util.List;
import org.openpks.api.access.Caller;
import org.openpks.api.broker.ClusterBroker;
import org.openpks.api.cluster.ClusterFault;
import org.openpks.api.cluster.ClusterService;
import org.openpks.kernel.Fault;
import org.openpks.osb.OsbFault;
import org.springframework.stereotype.Service;

/// Tells the certificates of clusters. Whoever sees a cluster sees them: they are names and dates, and no secrets.
@Service
public class CertificatesService {

    private final ClusterService clusters;
    private final ClusterBroker broker;

    CertificatesService(ClusterService clusters, ClusterBroker broker) {
        this.clusters = clusters;
        this.broker = broker;
    }

    /// The first to end first; none of a cluster that has not got them yet.
    public List<ClusterCertificate> list(Caller caller, String name) {
        var cluster = clusters.show(caller, name);
        try {
            return broker.certificates(cluster).stream()
                    .map(one -> new ClusterCertificate(one.name(), one.type(), one.validUntil()))
                    .toList();
        } catch (Fault fault) {
            if (!(fault.code() instanceof OsbFault code)) {
                throw fault;
            }
            return switch (code) {
                case INSTANCE_UNKNOWN, INSTANCE_GONE -> List.of();
                case BROKER_UNREACHABLE, BROKER_UNAVAILABLE ->
                    throw new Fault(ClusterFault.BROKER_UNREACHABLE, fault.userMessage(), fault.detail(), fault);
                default -> throw new Fault(ClusterFault.BROKER_REFUSED, fault.userMessage(), fault.detail(), fault);
            };
        }
    }
}
