package org.openpks.server;

import org.openpks.kernel.FaultCode;

enum ServerFault implements FaultCode {
    BAD_SETTINGS(Kind.INVALID),
    MISSING_PREREQUISITE(Kind.INVALID),
    NOT_RUNNING(Kind.MISSING),
    START_FAILED(Kind.DEPENDENCY);

    private final Kind kind;

    ServerFault(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }
}
