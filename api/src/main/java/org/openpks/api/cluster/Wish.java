package org.openpks.api.cluster;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.openpks.api.settings.ClusterSettings;
import org.openpks.osb.OsbJson;

/// What an operation shall make of a cluster.
///
/// @param workers how many it shall have
/// @param settings what it shall have of its own
/// @param parameters what the broker is told, in an update only what changes; without the kubernetes profile
/// @param kubernetesProfile the profile that the broker is told; it is not among the parameters, because it is secret
record Wish(
        int workers,
        ClusterSettings settings,
        ClusterProfiles profiles,
        SortedMap<String, Object> parameters,
        Optional<UUID> kubernetesProfile) {

    /// The parameter that asks for new certificates.
    static final String ROTATION = "rotate_certificates";

    /// The cluster as it is, with new certificates. The id makes a repeated request the same rotation.
    static Wish rotate(Cluster cluster, RotationScope scope, UUID rotation) {
        var parameters = new TreeMap<String, Object>();
        parameters.put(ROTATION, scope.word());
        parameters.put("rotation_id", rotation.toString());
        return new Wish(cluster.workers(), cluster.settings(), cluster.profiles(), parameters, Optional.empty());
    }

    /// The cluster as it is.
    static Wish none(Cluster cluster) {
        return new Wish(cluster.workers(), cluster.settings(), cluster.profiles(), new TreeMap<>(), Optional.empty());
    }

    String parametersJson() {
        return OsbJson.MAPPER.writeValueAsString(parameters);
    }
}
