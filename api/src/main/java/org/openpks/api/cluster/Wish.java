package org.openpks.api.cluster;

import java.util.SortedMap;
import java.util.TreeMap;
import org.openpks.api.plan.Plan;
import org.openpks.api.settings.ClusterSettings;
import org.openpks.osb.OsbJson;

/// What an operation shall make of a cluster.
///
/// @param workers how many it shall have
/// @param settings what it shall have of its own
/// @param parameters what the broker is told: in an update only what changes
record Wish(int workers, ClusterSettings settings, SortedMap<String, Object> parameters) {

    private static final String WORKERS = "kubernetes_worker_instances";

    /// A new cluster.
    static Wish create(ClusterOrder order, Plan plan) {
        var change = order.change();
        int workers = Workers.checked(change.workers().orElse(plan.workers()), plan);
        var settings = ClusterSettings.NONE.with(change.settings(), plan.drain());
        var parameters = settings.parameters(change.settings());
        parameters.put("kubernetes_master_host", order.host().value());
        parameters.put("kubernetes_master_port", order.port());
        parameters.put(WORKERS, workers);
        return new Wish(workers, settings, parameters);
    }

    /// A cluster with a change.
    static Wish update(Cluster cluster, ClusterChange change, Plan plan) {
        var settings = cluster.settings().with(change.settings(), plan.drain());
        var parameters = settings.parameters(change.settings());
        int workers = cluster.workers();
        if (change.workers().isPresent()) {
            workers = Workers.checked(change.workers().getAsInt(), plan);
            parameters.put(WORKERS, workers);
        }
        return new Wish(workers, settings, parameters);
    }

    /// The cluster as it is.
    static Wish none(Cluster cluster) {
        return new Wish(cluster.workers(), cluster.settings(), new TreeMap<>());
    }

    String parametersJson() {
        return OsbJson.MAPPER.writeValueAsString(parameters);
    }
}
