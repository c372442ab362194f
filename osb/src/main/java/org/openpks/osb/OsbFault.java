package org.openpks.osb;

import org.openpks.kernel.FaultCode;

/// Why a broker did not do what it was asked.
public enum OsbFault implements FaultCode {
    /// No answer: refused, timed out or broken off. The broker may or may not have acted; sending the same request
    /// again is safe.
    BROKER_UNREACHABLE(Kind.DEPENDENCY),
    /// 401: the broker does not accept our credentials.
    BROKER_UNAUTHORISED(Kind.DEPENDENCY),
    /// 5xx, or an answer that is none of the protocol's.
    BROKER_FAILED(Kind.DEPENDENCY),
    /// 503: what stands behind the broker does not answer; try again later.
    BROKER_UNAVAILABLE(Kind.DEPENDENCY),
    /// 412: the broker does not speak our version.
    VERSION_REFUSED(Kind.DEPENDENCY),
    /// 400: a parameter is wrong; the message names it.
    REQUEST_INVALID(Kind.INVALID),
    /// 404.
    INSTANCE_UNKNOWN(Kind.MISSING),
    /// 409: the id is taken by an instance or binding with other attributes.
    INSTANCE_CONFLICT(Kind.CONFLICT),
    /// 410.
    INSTANCE_GONE(Kind.GONE),
    /// 422 `AsyncRequired`.
    ASYNC_REQUIRED(Kind.UNPROCESSABLE),
    /// 422 `ConcurrencyError`: another operation runs on the instance.
    CONCURRENCY(Kind.CONFLICT),
    /// 422 `MaintenanceInfoConflict`: the catalog changed meanwhile; read it again.
    MAINTENANCE_INFO_CONFLICT(Kind.CONFLICT),
    /// 422 `QuotaExceeded`: our broker's word for a spent limit of instances.
    QUOTA_EXCEEDED(Kind.CAPACITY),
    /// 422 with any other word, and other 4xx.
    REFUSED(Kind.UNPROCESSABLE);

    private final Kind kind;

    OsbFault(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }
}
