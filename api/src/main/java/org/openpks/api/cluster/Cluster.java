package org.openpks.api.cluster;

import java.util.List;
import java.util.UUID;
import org.openpks.api.access.Principal;

/// A cluster as the product knows it. Its Kubernetes nodes are the broker's affair.
///
/// @param id also the id of its service instance at the broker
/// @param owner who created it; never changes
/// @param port the port of its Kubernetes API
/// @param workers how many workers were asked for last
/// @param masterIps empty until known
public record Cluster(
        UUID id,
        ClusterName name,
        ExternalHost host,
        int port,
        Principal owner,
        String planId,
        String planName,
        int workers,
        Phase phase,
        String description,
        List<String> masterIps,
        String k8sVersion,
        String pksVersion) {

    public Cluster {
        masterIps = List.copyOf(masterIps);
    }
}
