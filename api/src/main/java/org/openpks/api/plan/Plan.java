package org.openpks.api.plan;

import java.util.Optional;

/// What a cluster can be made from.
///
/// @param workers how many workers a cluster gets when the request does not say
/// @param maximumWorkers how many it may have
/// @param software what new clusters get and others are upgraded to; empty when the broker does not tell
public record Plan(
        String id,
        String name,
        String description,
        int workers,
        int maximumWorkers,
        int masters,
        boolean allowPrivilegedContainers,
        Optional<Software> software) {}
