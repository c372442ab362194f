package org.openpks.api.task;

import org.openpks.kernel.FaultCode;

/// What can be wrong with a request about tasks.
public enum TaskFault implements FaultCode {
    REQUEST_INVALID(Kind.INVALID),
    /// There is none, or none that the caller may see.
    TASK_UNKNOWN(Kind.MISSING),
    /// It has ended, so that there is nothing to cancel.
    TASK_OVER(Kind.CONFLICT),
    NOT_ALLOWED(Kind.FORBIDDEN);

    private final Kind kind;

    TaskFault(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }
}
