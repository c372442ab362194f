package org.openpks.api.cluster;

import org.openpks.api.plan.Plan;
import org.openpks.kernel.Fault;

/// The rule for numbers of workers.
final class Workers {

    private Workers() {}

    /// @return the number
    /// @throws Fault when a cluster of the plan may not have it
    static int checked(int workers, Plan plan) {
        if (workers < 1) {
            throw invalid("The number of worker nodes (kubernetes_worker_instances) must be at least 1, not %d."
                    .formatted(workers));
        }
        if (workers > plan.maximumWorkers()) {
            throw invalid("The number of worker nodes (kubernetes_worker_instances) is %d; plan '%s' allows at most %d."
                    .formatted(workers, plan.name(), plan.maximumWorkers()));
        }
        return workers;
    }

    private static Fault invalid(String sentence) {
        return new Fault(ClusterFault.REQUEST_INVALID, sentence, "field=kubernetes_worker_instances");
    }
}
