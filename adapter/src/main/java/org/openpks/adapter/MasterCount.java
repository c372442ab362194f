package org.openpks.adapter;

import java.util.Map;

/// How many masters a cluster has, for those who prepare something for it before its manifest is written.
public final class MasterCount {

    private MasterCount() {}

    /// The plan's number, or that of the compute profile among the parameters.
    /// @throws org.openpks.kernel.Fault when that profile is wrong
    public static int of(Plan plan, Map<String, Object> parameters) {
        return ComputeProfile.of(parameters.get(ComputeProfile.PARAMETER))
                .controlPlane()
                .instances()
                .orElseGet(() ->
                        plan.group("master").map(Plan.InstanceGroup::instances).orElse(0));
    }
}
