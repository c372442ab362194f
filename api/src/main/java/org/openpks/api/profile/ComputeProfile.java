package org.openpks.api.profile;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.openpks.kernel.Fault;
import org.openpks.osb.OsbJson;

/// Where a cluster's machines stand and how big they are, in place of its plan.
///
/// @param parameters JSON, as the profile was made
public record ComputeProfile(UUID id, String name, String parameters) {

    /// @param azs empty for the plan's
    /// @param instances empty for the plan's number
    record Group(List<String> azs, Optional<Integer> instances, Optional<Machine> machine) {}

    /// How big a machine is, where the profile says so.
    /// @param memoryMb MiB
    public record Machine(int cpu, int memoryMb) {}

    /// A group of workers of its own.
    /// @param instances empty for the plan's number of workers
    /// @param most empty for the plan's maximum
    /// @param machine empty for the plan's
    public record Pool(
            String name,
            Optional<Integer> instances,
            Optional<Integer> most,
            Optional<Machine> machine,
            List<String> azs) {}

    /// @param workerAzs of workers that are in no pool; empty for the plan's
    record Layout(Group masters, List<String> workerAzs, List<Pool> pools) {}

    private Layout layout() {
        return ComputeProfileRules.read("parameters", OsbJson.MAPPER.readTree(parameters));
    }

    /// Empty when the workers are the plan's.
    public List<Pool> pools() {
        return layout().pools();
    }

    /// Empty for the plan's number.
    public Optional<Integer> masters() {
        return layout().masters().instances();
    }

    /// Empty for the plan's machines.
    public Optional<Machine> masterMachine() {
        return layout().masters().machine();
    }

    /// Whether the workers are in pools, and not in the plan's one group.
    public boolean hasPools() {
        return !pools().isEmpty();
    }

    /// How many nodes each pool has.
    /// @param had numbers that stay where no other is asked for, also above a limit
    /// @param asked numbers that were asked for
    /// @param usual for new pools that say nothing
    /// @param most for pools that say nothing
    /// @throws Fault when a new number is too large, or for a pool that is not there
    public SortedMap<String, Integer> sizes(Map<String, Integer> had, Map<String, Integer> asked, int usual, int most) {
        var sizes = new TreeMap<String, Integer>();
        for (var pool : pools()) {
            boolean stays = had.containsKey(pool.name()) && !asked.containsKey(pool.name());
            int size = stays
                    ? had.getOrDefault(pool.name(), usual)
                    : asked.getOrDefault(pool.name(), pool.instances().orElse(usual));
            int limit = pool.most().orElse(most);
            if (!stays && size > limit) {
                throw ProfileFault.rule(
                        "node_pool_instances." + pool.name(),
                        "is %d; compute profile '%s' allows at most %d".formatted(size, name, limit));
            }
            sizes.put(pool.name(), size);
        }
        for (var pool : asked.keySet()) {
            if (!sizes.containsKey(pool)) {
                throw ProfileFault.rule(
                        "node_pool_instances." + pool,
                        sizes.isEmpty()
                                ? "names a pool, and compute profile '%s' has none".formatted(name)
                                : "names a pool that compute profile '%s' does not have; it has %s"
                                        .formatted(name, String.join(", ", sizes.keySet())));
            }
        }
        return sizes;
    }

    /// Refuses a profile that would move or end machines of a cluster that are there.
    /// @param before empty for a cluster of the plan's machines
    /// @param planMasters how many masters the plan has
    public void checkFollows(Optional<ComputeProfile> before, int planMasters) {
        var old = before.map(ComputeProfile::layout)
                .orElseGet(() ->
                        new Layout(new Group(List.of(), Optional.empty(), Optional.empty()), List.of(), List.of()));
        var next = layout();
        if (!same(old.masters().azs(), next.masters().azs())) {
            throw refused("it would move the cluster's masters to other availability zones");
        }
        if (old.pools().isEmpty() && next.pools().isEmpty() && !same(old.workerAzs(), next.workerAzs())) {
            throw refused("it would move the cluster's workers to other availability zones");
        }
        for (var pool : next.pools()) {
            old.pools().stream()
                    .filter(one -> one.name().equals(pool.name()) && !same(one.azs(), pool.azs()))
                    .findFirst()
                    .ifPresent(one -> {
                        throw refused("it would move the nodes of pool '%s' to other availability zones"
                                .formatted(pool.name()));
                    });
        }
        int masters = old.masters().instances().orElse(planMasters);
        if (next.masters().instances().orElse(planMasters) != masters) {
            throw refused("the cluster has %d masters, and their number cannot change".formatted(masters));
        }
    }

    private Fault refused(String reason) {
        return new Fault(
                ProfileFault.PROFILE_REFUSED,
                "Compute profile '%s' cannot be given to this cluster, because %s.".formatted(name, reason),
                "profile=" + id);
    }

    /// The order of zones has no meaning.
    private static boolean same(List<String> one, List<String> other) {
        return one.stream().sorted().toList().equals(other.stream().sorted().toList());
    }

    /// What the broker is told.
    public Map<String, Object> parameter() {
        var parameter = new TreeMap<String, Object>();
        parameter.put("name", name);
        parameter.put("parameters", OsbJson.MAPPER.readValue(parameters, Map.class));
        return parameter;
    }
}
