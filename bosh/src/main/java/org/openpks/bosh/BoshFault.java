package org.openpks.bosh;

import org.openpks.kernel.FaultCode;

/// Why a Director or CredHub did not do what it was asked.
public enum BoshFault implements FaultCode {
    /// No answer. A write may or may not have arrived.
    UNREACHABLE(Kind.DEPENDENCY),
    /// The credentials are refused, or do not allow this.
    UNAUTHORISED(Kind.DEPENDENCY),
    /// 404 with or without a BOSH code: deployment, task, errand, config or credential.
    MISSING(Kind.MISSING),
    /// 412: a config changed meanwhile.
    STALE(Kind.CONFLICT),
    /// A BOSH error code: the request is refused. The detail has the code.
    REFUSED(Kind.UNPROCESSABLE),
    /// 5xx, or an answer that cannot be read.
    FAILED(Kind.DEPENDENCY);

    private final Kind kind;

    BoshFault(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }
}
