package org.openpks.cli.api;

import java.util.LinkedHashMap;
import java.util.Optional;
import org.openpks.cli.json.Json;

/// What a new cluster shall be.
/// @param hostname under which the cluster's Kubernetes API will be known
/// @param workers number of workers; the plan decides when absent
public record ClusterOrder(ClusterName name, String plan, String hostname, Optional<WorkerCount> workers) {
    Json toJson() {
        var parameters = new LinkedHashMap<String, Object>();
        parameters.put("kubernetes_master_host", hostname);
        workers.ifPresent(count -> parameters.put("kubernetes_worker_instances", count.value()));
        var order = new LinkedHashMap<String, Object>();
        order.put("name", name.value());
        order.put("plan_name", plan);
        order.put("parameters", Json.object(parameters));
        return Json.object(order);
    }
}
