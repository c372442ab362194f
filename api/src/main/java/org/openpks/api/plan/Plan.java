package org.openpks.api.plan;

import java.util.Map;
import java.util.Optional;

/// What a cluster can be made from.
///
/// @param workers how many workers a cluster gets when the request does not say
/// @param maximumWorkers how many it may have
/// @param software what new clusters get and others are upgraded to; empty when the broker does not tell
/// @param master one of its masters
/// @param worker one of its workers
/// @param drain the six `kubelet_drain_*` settings that clusters have unless they set their own; empty when the broker
///     does not tell
public record Plan(
        String id,
        String name,
        String description,
        int workers,
        int maximumWorkers,
        int masters,
        boolean allowPrivilegedContainers,
        Optional<Software> software,
        Machine master,
        Machine worker,
        Map<String, String> drain) {

    public Plan {
        drain = Map.copyOf(drain);
    }

    /// How big a node is; empty where the broker does not tell.
    /// @param cpu cores
    /// @param memoryMb MiB
    public record Machine(Optional<Integer> cpu, Optional<Integer> memoryMb) {
        public static final Machine UNKNOWN = new Machine(Optional.empty(), Optional.empty());
    }
}
