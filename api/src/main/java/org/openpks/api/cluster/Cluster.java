package org.openpks.api.cluster;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.openpks.api.access.Principal;
import org.openpks.api.plan.Software;
import org.openpks.api.settings.ClusterSettings;

/// A cluster as the product knows it. Its Kubernetes nodes are the broker's affair.
///
/// @param id also the id of its service instance at the broker
/// @param owner who created it; never changes
/// @param port the port of its Kubernetes API
/// @param workers how many workers were asked for last
/// @param masterIps empty until known
/// @param settings what it has of its own
/// @param softwareVersion the broker's version of what its nodes run; empty until known
public record Cluster(
        UUID id,
        ClusterName name,
        ExternalHost host,
        int port,
        Principal owner,
        String planId,
        String planName,
        int workers,
        ClusterSettings settings,
        ClusterProfiles profiles,
        Phase phase,
        String description,
        List<String> masterIps,
        Optional<String> softwareVersion,
        String k8sVersion,
        String pksVersion) {

    public Cluster {
        masterIps = List.copyOf(masterIps);
    }

    /// What its nodes run; empty until known.
    public Optional<Software> software() {
        return softwareVersion.map(version -> new Software(version, k8sVersion));
    }
}
