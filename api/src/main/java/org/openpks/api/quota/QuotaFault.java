package org.openpks.api.quota;

import org.openpks.kernel.FaultCode;

/// What can be wrong with a request about quotas, or with one that a quota limits.
public enum QuotaFault implements FaultCode {
    QUOTA_INVALID(Kind.INVALID),
    /// There is none, or none that the caller may see.
    QUOTA_UNKNOWN(Kind.MISSING),
    QUOTA_TAKEN(Kind.CONFLICT),
    NOT_ALLOWED(Kind.FORBIDDEN),
    /// The owner would have more than the quota allows.
    QUOTA_EXCEEDED(Kind.CAPACITY),
    /// A quota cannot be checked, because the sizes of nodes are not known.
    SIZE_UNKNOWN(Kind.DEPENDENCY);

    private final Kind kind;

    QuotaFault(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }
}
