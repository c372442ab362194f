package org.openpks.api.plan;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.openpks.api.settings.Drain;

/// What a cluster can be made from.
///
/// @param workers how many workers a cluster gets when the request does not say
/// @param maximumWorkers how many it may have
/// @param software what new clusters get and others are upgraded to; empty when the broker does not tell
/// @param master one of its masters
/// @param worker one of its workers
/// @param drain how nodes are drained of clusters that do not set it themselves: every setting, the product's own where
///     the broker does not tell
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
        SortedMap<Drain, String> drain) {

    public Plan {
        drain = Collections.unmodifiableSortedMap(new TreeMap<>(drain));
    }

    /// How big a node is; empty where the broker does not tell.
    /// @param cpu cores
    /// @param memoryMb MiB
    public record Machine(Optional<Integer> cpu, Optional<Integer> memoryMb) {
        public static final Machine UNKNOWN = new Machine(Optional.empty(), Optional.empty());
    }
}
