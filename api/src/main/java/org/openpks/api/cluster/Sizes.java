package org.openpks.api.cluster;

import java.util.List;
import java.util.Optional;
import org.openpks.api.plan.Plan;
import org.openpks.api.plan.Plans;
import org.openpks.api.profile.ComputeProfile;
import org.openpks.api.quota.Amount;
import org.springframework.stereotype.Component;

/// How much clusters take, by the sizes of the machines of their plans and compute profiles.
@Component
class Sizes {

    private final Plans plans;

    Sizes(Plans plans) {
        this.plans = plans;
    }

    /// What a cluster of that shape takes. A plan that left the catalog has no sizes any more.
    Amount of(String planId, Shape shape) {
        return plans.toldOf(planId)
                .map(plan -> masters(plan, shape).plus(workers(plan, shape)))
                .orElse(new Amount(0, 0, 0, false))
                .plus(new Amount(1, 0, 0, true));
    }

    private static Amount masters(Plan plan, Shape shape) {
        int count = shape.compute().flatMap(ComputeProfile::masters).orElse(plan.masters());
        return nodes(shape.compute().flatMap(ComputeProfile::masterMachine), plan.master(), count);
    }

    private static Amount workers(Plan plan, Shape shape) {
        var pools = shape.compute().map(ComputeProfile::pools).orElse(List.of());
        if (pools.isEmpty()) {
            return nodes(Optional.empty(), plan.worker(), shape.workers());
        }
        return pools.stream()
                .map(pool -> nodes(
                        pool.machine(),
                        plan.worker(),
                        shape.pools().getOrDefault(pool.name(), pool.instances().orElse(plan.workers()))))
                .reduce(Amount.NOTHING, Amount::plus);
    }

    /// @param own what the compute profile says of them
    private static Amount nodes(Optional<ComputeProfile.Machine> own, Plan.Machine usual, int count) {
        var cpu = own.map(ComputeProfile.Machine::cpu).or(usual::cpu);
        var memory = own.map(ComputeProfile.Machine::memoryMb).or(usual::memoryMb);
        return new Amount(
                0,
                (long) count * cpu.orElse(0),
                (long) count * memory.orElse(0),
                cpu.isPresent() && memory.isPresent());
    }
}
