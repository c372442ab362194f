package org.openpks.api.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.openpks.api.cluster.Cluster;
import org.openpks.api.plan.Software;
import org.openpks.api.profile.ComputeProfile;
import org.openpks.api.profile.ProfileReference;
import org.openpks.api.settings.ClusterTag;
import org.openpks.api.settings.CustomCaCert;
import org.openpks.api.settings.Drain;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// A cluster on the wire. The order of the fields is the API's; what is unset is null, and names of profiles are
/// empty.
@JsonNaming(SnakeCaseStrategy.class)
@JsonPropertyOrder({
    "name",
    "plan_name",
    "last_action",
    "last_action_state",
    "last_action_description",
    "uuid",
    "kubernetes_master_ips",
    "network_profile_name",
    "compute_profile_name",
    "kubernetes_profile_name",
    "k8s_version",
    "pks_version",
    "available_upgrades",
    "parameters"
})
record ClusterView(
        String name,
        String planName,
        String lastAction,
        String lastActionState,
        String lastActionDescription,
        String uuid,
        List<String> kubernetesMasterIps,
        String networkProfileName,
        String computeProfileName,
        String kubernetesProfileName,
        // The naming strategy would write k8_s_version.
        @JsonProperty("k8s_version") String k8sVersion,
        String pksVersion,
        List<AvailableUpgrade> availableUpgrades,
        Parameters parameters) {

    private static final List<String> NOT_YET = List.of("In Progress");

    /// @param component `k8s`; the only one, because everything else of a node comes with it
    /// @param version the Kubernetes version, or that of the release when it brings no other Kubernetes
    record AvailableUpgrade(String component, String version) {
        static AvailableUpgrade of(Cluster cluster, Software next) {
            boolean sameKubernetes = next.kubernetes().equals(cluster.k8sVersion());
            return new AvailableUpgrade("k8s", sameKubernetes ? next.version() : next.kubernetes());
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record Parameters(
            String kubernetesMasterHost,
            int kubernetesMasterPort,
            @Nullable String workerHaproxyIpAddresses,
            int kubernetesWorkerInstances,
            @Nullable String authorizationMode,
            @Nullable Map<String, String> kubernetesSettingPlanDetails,
            @Nullable Map<String, String> kubernetesSettingClusterDetails,
            @Nullable String nsxtNetworkProfile,
            @Nullable String nsxtNetworkDetails,
            @Nullable String computeProfile,
            @JsonProperty("k8s_customization_parameters") Customization customization,
            @Nullable List<CustomCaCert> customCaCerts,
            @Nullable List<ClusterTag> clusterTags,
            @Nullable Map<String, Integer> nodePoolInstances) {

        private Parameters withDetails(SortedMap<Drain, String> plan, SortedMap<Drain, String> cluster) {
            return new Parameters(
                    kubernetesMasterHost,
                    kubernetesMasterPort,
                    workerHaproxyIpAddresses,
                    kubernetesWorkerInstances,
                    authorizationMode,
                    KubernetesSettings.show(plan),
                    KubernetesSettings.show(cluster),
                    nsxtNetworkProfile,
                    nsxtNetworkDetails,
                    computeProfile,
                    customization,
                    customCaCerts,
                    clusterTags,
                    nodePoolInstances);
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record Customization(
            @Nullable String vsphereCloudProviderConfigKey,
            @Nullable List<String> unsetHttpProxy,
            @Nullable List<String> insecureRegistries) {}

    /// @param upgrade what it could be upgraded to
    static ClusterView of(Cluster cluster, Optional<Software> upgrade) {
        var settings = cluster.settings();
        var profiles = cluster.profiles();
        return new ClusterView(
                cluster.name().value(),
                cluster.planName(),
                cluster.phase().action().name(),
                cluster.phase().state(),
                cluster.description(),
                cluster.id().toString(),
                cluster.masterIps().isEmpty() ? NOT_YET : cluster.masterIps(),
                "",
                profiles.compute().map(ComputeProfile::name).orElse(""),
                profiles.kubernetes().map(ProfileReference::name).orElse(""),
                cluster.k8sVersion(),
                cluster.pksVersion(),
                upgrade.map(next -> List.of(AvailableUpgrade.of(cluster, next))).orElse(List.of()),
                new Parameters(
                        cluster.host().value(),
                        cluster.port(),
                        null,
                        cluster.workers(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        profiles.compute().map(ComputeProfile::parameters).orElse(null),
                        new Customization(null, null, unlessEmpty(settings.insecureRegistries())),
                        unlessEmpty(settings.customCaCerts()),
                        unlessEmpty(settings.tags()),
                        settings.nodePoolInstances().isEmpty() ? null : settings.nodePoolInstances()));
    }

    /// The same with how its nodes are drained.
    ClusterView withDetails(SortedMap<Drain, String> plan, SortedMap<Drain, String> cluster) {
        return new ClusterView(
                name,
                planName,
                lastAction,
                lastActionState,
                lastActionDescription,
                uuid,
                kubernetesMasterIps,
                networkProfileName,
                computeProfileName,
                kubernetesProfileName,
                k8sVersion,
                pksVersion,
                availableUpgrades,
                parameters.withDetails(plan, cluster));
    }

    private static <T> @Nullable List<T> unlessEmpty(List<T> values) {
        return values.isEmpty() ? null : values;
    }
}
