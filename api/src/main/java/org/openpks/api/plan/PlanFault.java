package org.openpks.api.plan;

import org.openpks.kernel.FaultCode;

/// What can go wrong with plans.
public enum PlanFault implements FaultCode {
    /// The broker does not tell its plans, and none are known from before.
    PLANS_UNKNOWN(Kind.DEPENDENCY),
    PLAN_UNKNOWN(Kind.INVALID);

    private final Kind kind;

    PlanFault(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }
}
