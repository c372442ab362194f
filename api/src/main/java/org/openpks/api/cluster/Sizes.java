package org.openpks.api.cluster;

import org.openpks.api.plan.Plan;
import org.openpks.api.plan.Plans;
import org.openpks.api.quota.Amount;
import org.springframework.stereotype.Component;

/// How much clusters take, by the sizes of their plans' machines.
@Component
class Sizes {

    private final Plans plans;

    Sizes(Plans plans) {
        this.plans = plans;
    }

    /// What a cluster with so many workers takes. A plan that left the catalog has no sizes any more.
    Amount of(String planId, int workers) {
        return plans.toldOf(planId)
                .map(plan -> nodes(plan.master(), plan.masters()).plus(nodes(plan.worker(), workers)))
                .orElse(new Amount(0, 0, 0, false))
                .plus(new Amount(1, 0, 0, true));
    }

    private static Amount nodes(Plan.Machine machine, int count) {
        return new Amount(
                0,
                (long) count * machine.cpu().orElse(0),
                (long) count * machine.memoryMb().orElse(0),
                machine.cpu().isPresent() && machine.memoryMb().isPresent());
    }
}
