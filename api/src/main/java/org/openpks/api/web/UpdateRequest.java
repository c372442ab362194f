package org.openpks.api.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.openpks.api.cluster.ClusterChange;
import org.openpks.api.settings.ClusterTag;
import org.openpks.api.settings.CustomCaCert;
import org.openpks.api.settings.InsecureRegistries;
import org.openpks.api.settings.NodePools;
import org.openpks.api.settings.SettingsChange;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// The body that changes a cluster: the API's UpdateClusterParameters and what came after it. Absent and null ask for
/// nothing, and so do an empty text and an empty set of tags, as generated clients send them; an empty
/// `kubernetes_profile_name` takes the profile off.
@JsonNaming(SnakeCaseStrategy.class)
record UpdateRequest(
        @Nullable Integer kubernetesWorkerInstances,
        @Nullable String kubernetesProfileName,
        @Nullable String computeProfileName,
        @Nullable String networkProfileName,
        @Nullable String kubeletDrainTimeout,
        @Nullable String kubeletDrainGracePeriod,
        @Nullable String kubeletDrainForce,
        @Nullable String kubeletDrainIgnoreDaemonsets,
        @Nullable String kubeletDrainDeleteLocalData,
        @Nullable String kubeletDrainForceNode,
        @Nullable List<@Nullable String> insecureRegistries,
        @Nullable List<CustomCaCert.@Nullable Given> customCaCerts,
        @Nullable List<ClusterTag.@Nullable Given> clusterTags,
        @Nullable Boolean deleteAllTags,
        @Nullable Map<String, @Nullable Integer> nodePoolInstances) {

    /// @throws org.openpks.kernel.Fault naming the first field that is wrong
    ClusterChange change() {
        var drain = new KubernetesSettings(
                kubeletDrainTimeout,
                kubeletDrainGracePeriod,
                kubeletDrainForce,
                kubeletDrainIgnoreDaemonsets,
                kubeletDrainDeleteLocalData,
                kubeletDrainForceNode);
        return new ClusterChange(
                kubernetesWorkerInstances == null ? OptionalInt.empty() : OptionalInt.of(kubernetesWorkerInstances),
                Optional.ofNullable(kubernetesProfileName),
                Fields.name(computeProfileName),
                Fields.name(networkProfileName),
                new SettingsChange(
                        drain.read(""),
                        tags(),
                        customCaCerts == null ? List.of() : CustomCaCert.read("custom_ca_certs", customCaCerts),
                        Optional.ofNullable(insecureRegistries)
                                .map(given -> InsecureRegistries.read("insecure_registries", given)),
                        NodePools.read("node_pool_instances", nodePoolInstances)));
    }

    private Optional<List<ClusterTag>> tags() {
        boolean given = clusterTags != null && !clusterTags.isEmpty();
        if (Boolean.TRUE.equals(deleteAllTags)) {
            if (given) {
                throw Fields.invalid(
                        "delete_all_tags",
                        "The fields 'delete_all_tags' and 'cluster_tags' contradict each other; please give one of them.");
            }
            return Optional.of(List.of());
        }
        return given ? Optional.of(ClusterTag.read("cluster_tags", clusterTags)) : Optional.empty();
    }
}
