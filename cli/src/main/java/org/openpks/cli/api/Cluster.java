package org.openpks.cli.api;

import java.util.List;
import java.util.Optional;
import org.openpks.cli.json.Json;

/// A cluster as the API describes it. Texts are empty where the API says nothing.
/// @param upgrade what the cluster can be upgraded to
/// @param json the whole answer
public record Cluster(
        String pksVersion,
        String name,
        String k8sVersion,
        String planName,
        String uuid,
        String lastAction,
        String lastActionState,
        String lastActionDescription,
        String masterHost,
        String masterPort,
        String workers,
        List<String> masterIps,
        String networkProfile,
        String kubernetesProfile,
        String tags,
        Optional<Upgrade> upgrade,
        Json json) {

    /// @param component whose version it is, such as `k8s`
    public record Upgrade(String component, String version) {}

    static Cluster of(Json json) {
        var parameters = json.at("parameters");
        return new Cluster(
                json.text("pks_version"),
                json.text("name"),
                json.text("k8s_version"),
                json.text("plan_name"),
                json.text("uuid"),
                json.text("last_action"),
                json.text("last_action_state"),
                json.text("last_action_description"),
                parameters.text("kubernetes_master_host"),
                parameters.text("kubernetes_master_port"),
                parameters.text("kubernetes_worker_instances"),
                json.at("kubernetes_master_ips").items().stream()
                        .map(Json::text)
                        .toList(),
                json.text("network_profile_name"),
                json.text("kubernetes_profile_name"),
                tags(parameters.at("cluster_tags")),
                upgrade(json.at("available_upgrades")),
                json);
    }

    private static String tags(Json tags) {
        return String.join(
                ",",
                tags.items().stream()
                        .map(tag -> tag.text("value").isEmpty()
                                ? tag.text("name")
                                : tag.text("name") + ":" + tag.text("value"))
                        .toList());
    }

    private static Optional<Upgrade> upgrade(Json upgrades) {
        return upgrades.items().stream()
                .map(upgrade -> new Upgrade(upgrade.text("component"), upgrade.text("version")))
                .filter(upgrade -> !upgrade.version().isEmpty())
                .findFirst();
    }

    /// True while the last action has neither succeeded nor failed.
    public boolean isBusy() {
        return !succeeded() && !failed();
    }

    public boolean succeeded() {
        return lastActionState.equalsIgnoreCase("succeeded");
    }

    public boolean failed() {
        return lastActionState.equalsIgnoreCase("failed") || lastActionState.equalsIgnoreCase("error");
    }
}
