package org.openpks.api.plan;

/// What a cluster can be made from.
///
/// @param workers how many workers a cluster gets when the request does not say
/// @param maximumWorkers how many it may have
public record Plan(
        String id,
        String name,
        String description,
        int workers,
        int maximumWorkers,
        int masters,
        boolean allowPrivilegedContainers) {}
