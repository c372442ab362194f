package org.openpks.server.errand;

import org.openpks.kernel.FaultCode;

/// Why an errand does not begin or does not reach its end.
public enum ErrandFault implements FaultCode {
    /// It was asked for something that makes no sense.
    WRONG_REQUEST(Kind.INVALID),
    /// Somebody has to agree first.
    NOT_CONFIRMED(Kind.INVALID),
    /// The control plane does not answer, or not as it should.
    CONTROL_PLANE(Kind.DEPENDENCY);

    private final Kind kind;

    ErrandFault(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }
}
