package org.openpks.cli.api;

import java.util.LinkedHashMap;
import org.openpks.cli.json.Json;

/// What a new cluster shall be.
/// @param hostname under which the cluster's Kubernetes API will be known
public record ClusterOrder(ClusterName name, String plan, String hostname, ClusterSettings settings) {
    Json toJson() {
        var parameters = new LinkedHashMap<String, Object>();
        parameters.put("kubernetes_master_host", hostname);
        settings.putParameters(parameters);
        var order = new LinkedHashMap<String, Object>();
        order.put("name", name.value());
        order.put("plan_name", plan);
        settings.putProfiles(order);
        order.put("parameters", Json.object(parameters));
        return Json.object(order);
    }
}
