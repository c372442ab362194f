package org.openpks.broker.fault;

import org.jspecify.annotations.Nullable;
import org.openpks.kernel.FaultCode;

/// Why the broker refuses: the HTTP status and, where the specification has one, the word of the error.
public enum BrokerFault implements FaultCode {
    CREDENTIALS_REFUSED(Kind.UNAUTHENTICATED, 401, "Unauthorized"),
    VERSION_REFUSED(Kind.INVALID, 412, "VersionNotSupported"),
    REQUEST_INVALID(Kind.INVALID, 400, "BadRequest"),
    /// The parameters do not fit the plan's schema, or the adapter refuses them.
    PARAMETERS_INVALID(Kind.INVALID, 400, "params-validation-failed"),
    INSTANCE_UNKNOWN(Kind.MISSING, 404, "NotFound"),
    BINDING_UNKNOWN(Kind.MISSING, 404, "NotFound"),
    INSTANCE_CONFLICT(Kind.CONFLICT, 409, "Conflict"),
    BINDING_CONFLICT(Kind.CONFLICT, 409, "Conflict"),
    GONE(Kind.GONE, 410, null),
    /// Another instance has the value of a parameter that must be unique.
    PARAMETER_TAKEN(Kind.CONFLICT, 422, "ParameterTaken"),
    BODY_TOO_LARGE(Kind.TOO_LARGE, 413, "TooLarge"),
    ASYNC_REQUIRED(Kind.UNPROCESSABLE, 422, "AsyncRequired"),
    CONCURRENCY(Kind.CONFLICT, 422, "ConcurrencyError"),
    MAINTENANCE_INFO_CONFLICT(Kind.CONFLICT, 422, "MaintenanceInfoConflict"),
    /// A binding that is made for an application only, and none was named.
    APP_REQUIRED(Kind.UNPROCESSABLE, 422, "RequiresApp"),
    PLAN_CHANGE_NOT_SUPPORTED(Kind.UNPROCESSABLE, 422, "PlanChangeNotSupported"),
    /// The operator changed the plan or the releases, and this update would carry that change along.
    PENDING_CHANGES(Kind.UNPROCESSABLE, 422, "PendingChanges"),
    /// A body that the management API cannot use.
    UNPROCESSABLE(Kind.UNPROCESSABLE, 422, "UnprocessableEntity"),
    /// The plan is offered, but what its instances are made of is not there.
    PLAN_UNAVAILABLE(Kind.UNPROCESSABLE, 422, "PlanUnavailable"),
    QUOTA_EXCEEDED(Kind.CAPACITY, 422, "QuotaExceeded"),
    /// The adapter says that a cluster cannot be changed in this way.
    CHANGE_REFUSED(Kind.UNPROCESSABLE, 422, "ChangeNotSupported"),
    /// Its creation or deletion failed; it can only be deleted.
    INSTANCE_UNUSABLE(Kind.UNPROCESSABLE, 422, "InstanceUnusable"),
    /// The configuration or the adapter is wrong; the operator must act.
    MISCONFIGURED(Kind.BUG, 500, null),
    /// The Director or the adapter failed in a way that another attempt will not change.
    FAILED(Kind.DEPENDENCY, 500, null),
    /// The Director or CredHub does not answer now.
    UNAVAILABLE(Kind.DEPENDENCY, 503, null);

    private final Kind kind;
    private final int status;
    private final @Nullable String error;

    BrokerFault(Kind kind, int status, @Nullable String error) {
        this.kind = kind;
        this.status = status;
        this.error = error;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    public int status() {
        return status;
    }

    /// The word in the answer's `error`; null for none.
    public @Nullable String error() {
        return error;
    }
}
