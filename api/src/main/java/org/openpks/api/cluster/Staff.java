package org.openpks.api.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.openpks.api.plan.Plan;
import org.openpks.api.profile.ComputeProfile;
import org.openpks.kernel.Fault;

/// How many workers a cluster shall have. Those that are there stay as many as they are until somebody asks for
/// another number, whatever becomes of the plan and its limits; what plan and profile say is for those that come new.
/// The broker is told every number that is asked for or comes new, so that it has nothing to guess.
///
/// @param workers in all
/// @param pools by pool of the compute profile; empty when the workers are in no pool
/// @param parameters what the broker is told of it
record Staff(int workers, SortedMap<String, Integer> pools, SortedMap<String, Object> parameters) {

    private static final String WORKERS = "kubernetes_worker_instances";
    private static final String POOLS = "node_pool_instances";

    /// That of a new cluster.
    static Staff ofNew(ClusterChange change, Optional<ComputeProfile> compute, Plan plan) {
        return compute.filter(ComputeProfile::hasPools)
                .map(profile -> pooled(change, profile, new TreeMap<>(), plan))
                .orElseGet(() -> plain(change, compute, plan.workers(), true, plan));
    }

    /// That of a cluster with a change.
    /// @param chosen the compute profile that it gets; empty to keep what it has
    static Staff changed(Cluster cluster, ClusterChange change, Optional<ComputeProfile> chosen, Plan plan) {
        var had = cluster.settings().nodePoolInstances();
        var before = cluster.profiles().compute();
        var compute = chosen.or(() -> before);
        boolean pooled = compute.filter(ComputeProfile::hasPools).isPresent();
        boolean leavesPools = !pooled && before.filter(ComputeProfile::hasPools).isPresent();
        if (!pooled) {
            return plain(change, compute, cluster.workers(), leavesPools, plan);
        }
        boolean asked = change.workers().isPresent()
                || !change.settings().nodePoolInstances().isEmpty();
        return asked || chosen.isPresent()
                ? pooled(change, compute.orElseThrow(), had, plan)
                : new Staff(cluster.workers(), had, new TreeMap<>());
    }

    /// @param usual when no number is asked for
    /// @param fresh whether none of them is there yet
    private static Staff plain(
            ClusterChange change, Optional<ComputeProfile> compute, int usual, boolean fresh, Plan plan) {
        var pools = change.settings().nodePoolInstances();
        if (!pools.isEmpty()) {
            compute.ifPresent(profile -> profile.sizes(Map.of(), pools, usual, usual));
            throw invalid(
                    POOLS,
                    "The field '%s' needs a compute profile with node pools; please give compute_profile_name as well."
                            .formatted(POOLS));
        }
        var parameters = new TreeMap<String, Object>();
        int workers = change.workers().orElse(usual);
        if (fresh || change.workers().isPresent()) {
            parameters.put(WORKERS, Workers.checked(workers, plan));
        }
        return new Staff(workers, new TreeMap<>(), parameters);
    }

    /// @param had how many nodes are in pools that are there
    private static Staff pooled(
            ClusterChange change, ComputeProfile profile, SortedMap<String, Integer> had, Plan plan) {
        var asked = change.settings().nodePoolInstances();
        var sizes = profile.sizes(had, asked, plan.workers(), plan.maximumWorkers());
        if (change.workers().isPresent()) {
            throw invalid(
                    WORKERS,
                    "The workers of this cluster are in the node pools %s of its compute profile; please give node_pool_instances instead of kubernetes_worker_instances."
                            .formatted(String.join(", ", sizes.keySet())));
        }
        var told = new TreeMap<>(sizes);
        told.keySet().removeIf(pool -> had.containsKey(pool) && !asked.containsKey(pool));
        var parameters = new TreeMap<String, Object>();
        if (!told.isEmpty()) {
            parameters.put(POOLS, told);
        }
        return new Staff(sizes.values().stream().mapToInt(Integer::intValue).sum(), sizes, parameters);
    }

    private static Fault invalid(String field, String sentence) {
        return new Fault(ClusterFault.REQUEST_INVALID, sentence, "field=" + field);
    }
}
