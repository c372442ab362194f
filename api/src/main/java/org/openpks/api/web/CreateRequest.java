package org.openpks.api.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.openpks.api.cluster.ClusterName;
import org.openpks.api.cluster.ClusterOrder;
import org.openpks.api.cluster.ExternalHost;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// The body that asks for a cluster: every field of the API's ClusterRequest. Fields of features that this
/// installation does not have must be absent, null or empty.
@JsonNaming(SnakeCaseStrategy.class)
record CreateRequest(
        @Nullable String name,
        @Nullable String planName,
        @Nullable Object networkProfileName,
        @Nullable Object computeProfileName,
        @Nullable Object kubernetesProfileName,
        @Nullable Parameters parameters) {

    @JsonNaming(SnakeCaseStrategy.class)
    record Parameters(
            @Nullable String kubernetesMasterHost,
            @Nullable Integer kubernetesMasterPort,
            @Nullable Object workerHaproxyIpAddresses,
            @Nullable Integer kubernetesWorkerInstances,
            @Nullable Object authorizationMode,
            @Nullable Object kubernetesSettingPlanDetails,
            @Nullable Object kubernetesSettingClusterDetails,
            @Nullable Object nsxtNetworkProfile,
            @Nullable Object nsxtNetworkDetails,
            @Nullable Object computeProfile,

            @JsonProperty("k8s_customization_parameters") @Nullable
            Object customization,

            @Nullable Object customCaCerts,
            @Nullable Object clusterTags) {

        private void refuseUnsupported() {
            Fields.unsupported("worker_haproxy_ip_addresses", workerHaproxyIpAddresses);
            Fields.unsupported("authorization_mode", authorizationMode);
            Fields.unsupported("kubernetes_setting_plan_details", kubernetesSettingPlanDetails);
            Fields.unsupported("kubernetes_setting_cluster_details", kubernetesSettingClusterDetails);
            Fields.unsupported("nsxt_network_profile", nsxtNetworkProfile);
            Fields.unsupported("nsxt_network_details", nsxtNetworkDetails);
            Fields.unsupported("compute_profile", computeProfile);
            Fields.unsupported("k8s_customization_parameters", customization);
            Fields.unsupported("custom_ca_certs", customCaCerts);
            Fields.unsupported("cluster_tags", clusterTags);
        }
    }

    /// @throws org.openpks.kernel.Fault naming the first field that is wrong
    ClusterOrder order() {
        var clusterName = new ClusterName(Fields.required("name", name));
        var plan = Fields.required("plan_name", planName);
        Fields.unsupported("network_profile_name", networkProfileName);
        Fields.unsupported("compute_profile_name", computeProfileName);
        Fields.unsupported("kubernetes_profile_name", kubernetesProfileName);
        var wanted = Fields.required("parameters", parameters);
        wanted.refuseUnsupported();
        var host = new ExternalHost(Fields.required("kubernetes_master_host", wanted.kubernetesMasterHost()));
        var workers = wanted.kubernetesWorkerInstances();
        return new ClusterOrder(
                clusterName,
                plan,
                host,
                Fields.port("kubernetes_master_port", wanted.kubernetesMasterPort()),
                workers == null ? OptionalInt.empty() : OptionalInt.of(workers));
    }
}
