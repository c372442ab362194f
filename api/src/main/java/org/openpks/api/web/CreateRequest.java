package org.openpks.api.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openpks.api.cluster.ClusterChange;
import org.openpks.api.cluster.ClusterName;
import org.openpks.api.cluster.ClusterOrder;
import org.openpks.api.cluster.ExternalHost;
import org.openpks.api.settings.ClusterTag;
import org.openpks.api.settings.CustomCaCert;
import org.openpks.api.settings.InsecureRegistries;
import org.openpks.api.settings.NodePools;
import org.openpks.api.settings.SettingsChange;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// The body that asks for a cluster: every field of the API's ClusterRequest. Fields of features that this
/// installation does not have must be absent, null or empty.
@JsonNaming(SnakeCaseStrategy.class)
record CreateRequest(
        @Nullable String name,
        @Nullable String planName,
        @Nullable String networkProfileName,
        @Nullable String computeProfileName,
        @Nullable String kubernetesProfileName,
        @Nullable Parameters parameters) {

    @JsonNaming(SnakeCaseStrategy.class)
    record Parameters(
            @Nullable String kubernetesMasterHost,
            @Nullable Integer kubernetesMasterPort,
            @Nullable Object workerHaproxyIpAddresses,
            @Nullable Integer kubernetesWorkerInstances,
            @Nullable Object authorizationMode,
            @Nullable Object kubernetesSettingPlanDetails,
            @Nullable KubernetesSettings kubernetesSettingClusterDetails,
            @Nullable Object nsxtNetworkProfile,
            @Nullable Object nsxtNetworkDetails,
            @Nullable Object computeProfile,

            @JsonProperty("k8s_customization_parameters") @Nullable
            Customization customization,

            @Nullable List<CustomCaCert.@Nullable Given> customCaCerts,
            @Nullable List<ClusterTag.@Nullable Given> clusterTags,
            @Nullable Map<String, @Nullable Integer> nodePoolInstances) {

        private void refuseUnsupported() {
            Fields.unsupported("parameters.worker_haproxy_ip_addresses", workerHaproxyIpAddresses);
            Fields.unsupported("parameters.authorization_mode", authorizationMode);
            Fields.unsupported("parameters.kubernetes_setting_plan_details", kubernetesSettingPlanDetails);
            Fields.unsupported("parameters.nsxt_network_profile", nsxtNetworkProfile);
            Fields.unsupported("parameters.nsxt_network_details", nsxtNetworkDetails);
            Fields.unsupported("parameters.compute_profile", computeProfile);
            if (customization != null) {
                customization.refuseUnsupported();
            }
        }

        private SettingsChange settings() {
            return new SettingsChange(
                    kubernetesSettingClusterDetails == null
                            ? new TreeMap<>()
                            : kubernetesSettingClusterDetails.read("parameters.kubernetes_setting_cluster_details."),
                    Optional.ofNullable(clusterTags)
                            .filter(given -> !given.isEmpty())
                            .map(given -> ClusterTag.read("parameters.cluster_tags", given)),
                    customCaCerts == null ? List.of() : CustomCaCert.read("parameters.custom_ca_certs", customCaCerts),
                    Optional.ofNullable(customization)
                            .map(Customization::insecureRegistries)
                            .filter(given -> !given.isEmpty())
                            .map(given -> InsecureRegistries.read(
                                    "parameters.k8s_customization_parameters.insecure_registries", given)),
                    NodePools.read("parameters.node_pool_instances", nodePoolInstances));
        }
    }

    /// The API's KubernetesCustomizationParameters.
    @JsonNaming(SnakeCaseStrategy.class)
    record Customization(
            @Nullable Object vsphereCloudProviderConfigKey,
            @Nullable Object unsetHttpProxy,
            @Nullable List<@Nullable String> insecureRegistries) {

        private void refuseUnsupported() {
            var path = "parameters.k8s_customization_parameters.";
            Fields.unsupported(path + "vsphere_cloud_provider_config_key", vsphereCloudProviderConfigKey);
            Fields.unsupported(path + "unset_http_proxy", unsetHttpProxy);
        }
    }

    /// @throws org.openpks.kernel.Fault naming the first field that is wrong
    ClusterOrder order() {
        var clusterName = new ClusterName(Fields.required("name", name));
        var plan = Fields.required("plan_name", planName);
        var wanted = Fields.required("parameters", parameters);
        wanted.refuseUnsupported();
        var host = new ExternalHost(Fields.required("kubernetes_master_host", wanted.kubernetesMasterHost()));
        var workers = wanted.kubernetesWorkerInstances();
        return new ClusterOrder(
                clusterName,
                plan,
                host,
                Fields.port("kubernetes_master_port", wanted.kubernetesMasterPort()),
                new ClusterChange(
                        workers == null ? OptionalInt.empty() : OptionalInt.of(workers),
                        Fields.name(kubernetesProfileName),
                        Fields.name(computeProfileName),
                        Fields.name(networkProfileName),
                        wanted.settings()));
    }
}
