package org.openpks.broker.instance;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.openpks.bosh.Certificate;
import org.openpks.bosh.CredHub;
import org.openpks.broker.director.DirectorCheck;
import org.openpks.kernel.Fault;
import org.openpks.osb.InstanceCertificates;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificates that instances have in CredHub, and how long they last. Those that machines make for themselves
/// end with their authority at the latest.
public final class Certificates {

    private static final Logger log = LoggerFactory.getLogger(Certificates.class);

    private final CredHub credhub;
    private final DirectorCheck check;
    private final InstanceRecords records;
    private final InstantSource clock;

    Certificates(CredHub credhub, DirectorCheck check, InstanceRecords records, InstantSource clock) {
        this.credhub = credhub;
        this.check = check;
        this.records = records;
        this.clock = clock;
    }

    /// Those of an instance, the first to end first.
    /// @throws Fault [org.openpks.broker.fault.BrokerFault#INSTANCE_UNKNOWN]
    InstanceCertificates of(String instanceId) {
        var deployment = Deployments.name(instanceId);
        if (records.find(deployment).isEmpty()) {
            throw Refusals.unknown();
        }
        var found = credhub.certificates(Rotation.path(check.name(), deployment)).stream()
                .flatMap(Certificates::versions)
                .sorted(Comparator.comparing(InstanceCertificates.Certificate::validUntil)
                        .thenComparing(InstanceCertificates.Certificate::name))
                .toList();
        return new InstanceCertificates(found);
    }

    private static Stream<InstanceCertificates.Certificate> versions(Certificate certificate) {
        return Stream.concat(certificate.current().stream(), certificate.transitional().stream())
                .distinct()
                .filter(version -> version.expiresAt().isPresent())
                .map(version -> new InstanceCertificates.Certificate(
                        certificate.name(),
                        version.authority() ? InstanceCertificates.Type.ROOT : InstanceCertificates.Type.LEAF,
                        version.expiresAt().orElseThrow()));
    }

    /// Whole days until the first certificate of each instance ends, by the instance's id; negative when one has ended.
    Map<String, Long> daysLeft() {
        var soonest = new HashMap<String, Instant>();
        for (var certificate : credhub.certificates("/" + check.name() + "/" + Deployments.PREFIX)) {
            var deployment = certificate.name().split("/", -1)[2];
            versions(certificate)
                    .forEach(one -> soonest.merge(deployment, one.validUntil(), (a, b) -> a.isBefore(b) ? a : b));
        }
        var days = new HashMap<String, Long>();
        for (var record : records.all()) {
            var end = soonest.get(Deployments.name(record.instanceId()));
            if (end != null) {
                days.put(
                        record.instanceId(),
                        Math.floorDiv(Duration.between(clock.instant(), end).toSeconds(), 86_400));
            }
        }
        return days;
    }

    /// Logs a warning for each instance one of whose certificates ends soon.
    /// @param within what soon is
    void warn(Duration within) {
        daysLeft().forEach((instance, days) -> {
            if (days < within.toDays()) {
                log.atWarn()
                        .addKeyValue("instance", instance)
                        .addKeyValue("days", days)
                        .log("Certificates of an instance end soon; rotate them");
            }
        });
    }
}
