package org.openpks.api.web;

import org.jspecify.annotations.Nullable;
import org.openpks.api.cluster.ClusterFault;
import org.openpks.kernel.Fault;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// The body that changes a cluster: every field of the API's UpdateClusterParameters. Fields of features that this
/// installation does not have must be absent, null or empty.
@JsonNaming(SnakeCaseStrategy.class)
record UpdateRequest(
        @Nullable Integer kubernetesWorkerInstances,
        @Nullable Object kubernetesProfileName,
        @Nullable Object networkProfileName,
        @Nullable Object kubeletDrainTimeout,
        @Nullable Object kubeletDrainGracePeriod,
        @Nullable Object kubeletDrainForce,
        @Nullable Object kubeletDrainIgnoreDaemonsets,
        @Nullable Object kubeletDrainDeleteLocalData,
        @Nullable Object kubeletDrainForceNode,
        @Nullable Object insecureRegistries,
        @Nullable Object customCaCerts,
        @Nullable Object clusterTags,
        @Nullable Object deleteAllTags) {

    /// @throws Fault when the body changes nothing, or something else
    int workers() {
        Fields.unsupported("kubernetes_profile_name", kubernetesProfileName);
        Fields.unsupported("network_profile_name", networkProfileName);
        Fields.unsupported("kubelet_drain_timeout", kubeletDrainTimeout);
        Fields.unsupported("kubelet_drain_grace_period", kubeletDrainGracePeriod);
        Fields.unsupported("kubelet_drain_force", kubeletDrainForce);
        Fields.unsupported("kubelet_drain_ignore_daemonsets", kubeletDrainIgnoreDaemonsets);
        Fields.unsupported("kubelet_drain_delete_local_data", kubeletDrainDeleteLocalData);
        Fields.unsupported("kubelet_drain_force_node", kubeletDrainForceNode);
        Fields.unsupported("insecure_registries", insecureRegistries);
        Fields.unsupported("custom_ca_certs", customCaCerts);
        Fields.unsupported("cluster_tags", clusterTags);
        Fields.unsupported("delete_all_tags", deleteAllTags);
        if (kubernetesWorkerInstances == null) {
            throw new Fault(
                    ClusterFault.REQUEST_INVALID,
                    "The request changes nothing; please give kubernetes_worker_instances.",
                    "field=kubernetes_worker_instances");
        }
        return kubernetesWorkerInstances;
    }
}
