package org.openpks.cli.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.openpks.cli.json.Json;
import org.openpks.cli.json.MalformedJson;

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
        String computeProfile,
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
                json.text("compute_profile_name"),
                tags(parameters.at("cluster_tags")),
                upgrade(json.at("available_upgrades")),
                json);
    }

    private static String tags(Json tags) {
        return String.join(
                ",",
                tags.items().stream().map(tag -> ClusterTag.of(tag).toString()).toList());
    }

    private static Optional<Upgrade> upgrade(Json upgrades) {
        return upgrades.items().stream()
                .map(upgrade -> new Upgrade(upgrade.text("component"), upgrade.text("version")))
                .filter(upgrade -> !upgrade.version().isEmpty())
                .findFirst();
    }

    /// What the cluster itself says about a setting of its kubelets; empty when it leaves that to its plan.
    public String drain(DrainSetting setting) {
        return json.at("parameters").at("kubernetes_setting_cluster_details").text(setting.field());
    }

    /// What the plan says about it.
    public String planDrain(DrainSetting setting) {
        return json.at("parameters").at("kubernetes_setting_plan_details").text(setting.field());
    }

    /// What is known of the cluster's NSX-T network; nothing where there is none. The API sends an object as text.
    public Json nsxt() {
        var details = json.at("parameters").at("nsxt_network_details");
        if (details.isObject()) {
            return details;
        }
        try {
            return details.text().isBlank()
                    ? Json.NULL
                    : Json.parse(details.text().getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJson e) {
            return Json.NULL;
        }
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
