package org.openpks.api.cluster;

import java.util.Map;
import java.util.Optional;
import org.openpks.api.profile.ComputeProfile;

/// What decides how many machines of which size a cluster has, besides its plan.
///
/// @param workers how many, when no compute profile has pools
/// @param pools how many nodes were asked for by pool of the compute profile
record Shape(int workers, Map<String, Integer> pools, Optional<ComputeProfile> compute) {

    static Shape of(Cluster cluster) {
        return new Shape(
                cluster.workers(),
                cluster.settings().nodePoolInstances(),
                cluster.profiles().compute());
    }

    static Shape of(Wish wish) {
        return new Shape(
                wish.workers(),
                wish.settings().nodePoolInstances(),
                wish.profiles().compute());
    }
}
