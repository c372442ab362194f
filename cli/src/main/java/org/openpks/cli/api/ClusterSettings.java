package org.openpks.cli.api;

import static java.util.stream.Collectors.joining;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.cli.json.Json;

/// What a user wishes for a cluster beyond its plan. What is absent is left to the plan, or stays as it is.
/// @param kubernetesProfile empty takes the profile off
/// @param tags all of them; an empty list takes the present ones away
/// @param pools number of nodes of each pool
/// @param insecureRegistries and customCaCerts as the API takes them
public record ClusterSettings(
        Optional<WorkerCount> workers,
        Optional<String> networkProfile,
        Optional<String> kubernetesProfile,
        Optional<String> computeProfile,
        Optional<Map<String, Integer>> pools,
        Optional<List<ClusterTag>> tags,
        Map<DrainSetting, String> drain,
        Optional<Json> insecureRegistries,
        Optional<Json> customCaCerts) {

    /// Nothing but a number of workers.
    public static ClusterSettings workers(Optional<WorkerCount> workers) {
        return new ClusterSettings(
                workers,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty());
    }

    public boolean isEmpty() {
        return equals(workers(Optional.empty()));
    }

    /// The body that changes a cluster.
    Json toChange() {
        var change = new LinkedHashMap<String, Object>();
        workers.ifPresent(count -> change.put("kubernetes_worker_instances", count.value()));
        networkProfile.ifPresent(name -> change.put("network_profile_name", name));
        kubernetesProfile.ifPresent(name -> change.put("kubernetes_profile_name", name));
        computeProfile.ifPresent(name -> change.put("compute_profile_name", name));
        pools.ifPresent(counts -> change.put("node_pool_instances", Json.object(counts)));
        drain.forEach((setting, value) -> change.put(setting.field(), value));
        tags.ifPresent(all -> {
            if (all.isEmpty()) {
                change.put("delete_all_tags", true);
            } else {
                change.put("cluster_tags", json(all));
            }
        });
        insecureRegistries.ifPresent(registries -> change.put("insecure_registries", registries));
        customCaCerts.ifPresent(certificates -> change.put("custom_ca_certs", certificates));
        return Json.object(change);
    }

    /// Puts the names of profiles beside a new cluster's name.
    void putProfiles(Map<String, Object> order) {
        networkProfile.ifPresent(name -> order.put("network_profile_name", name));
        computeProfile.ifPresent(name -> order.put("compute_profile_name", name));
        kubernetesProfile.ifPresent(name -> order.put("kubernetes_profile_name", name));
    }

    /// Puts the rest into a new cluster's parameters.
    void putParameters(Map<String, Object> parameters) {
        workers.ifPresent(count -> parameters.put("kubernetes_worker_instances", count.value()));
        if (!drain.isEmpty()) {
            var settings = new LinkedHashMap<String, Object>();
            drain.forEach((setting, value) -> settings.put(setting.field(), value));
            parameters.put("kubernetes_setting_cluster_details", Json.object(settings));
        }
        pools.ifPresent(counts -> parameters.put("node_pool_instances", Json.object(counts)));
        insecureRegistries.ifPresent(registries ->
                parameters.put("k8s_customization_parameters", Json.object(Map.of("insecure_registries", registries))));
        customCaCerts.ifPresent(certificates -> parameters.put("custom_ca_certs", certificates));
        tags.filter(all -> !all.isEmpty()).ifPresent(all -> parameters.put("cluster_tags", json(all)));
    }

    private static Json json(List<ClusterTag> tags) {
        return Json.array(tags.stream().map(ClusterTag::toJson).toList());
    }

    /// As people write them: `pool:3,other:7`.
    public static String text(Map<String, Integer> pools) {
        return pools.entrySet().stream()
                .map(pool -> pool.getKey() + ":" + pool.getValue())
                .collect(joining(","));
    }
}
