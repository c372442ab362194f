package org.openpks.adapter;

import org.openpks.kernel.FaultCode;

/// Why the adapter refuses, with the exit code that the executable contract gives it.
public enum AdapterFault implements FaultCode {
    /// A parameter has a wrong value or type, is missing, or is not known.
    PARAMETER_INVALID(Kind.INVALID, 65),
    /// The operator's plan cannot be made into a manifest.
    PLAN_INVALID(Kind.UNPROCESSABLE, 78),
    /// The plan is offered, but what its clusters are made of is not there.
    PLAN_UNAVAILABLE(Kind.UNPROCESSABLE, 72),
    /// The request would change what cannot change in a running cluster.
    CHANGE_REFUSED(Kind.UNPROCESSABLE, 77),
    /// The deployed manifest is not one that this adapter wrote.
    MANIFEST_UNREADABLE(Kind.BUG, 70),
    /// A secret that the operation needs was not given.
    SECRET_MISSING(Kind.DEPENDENCY, 66),
    /// The cluster's API does not answer, or answers with an error.
    CLUSTER_UNREACHABLE(Kind.DEPENDENCY, 69),
    /// The command's input is not what the contract says.
    INPUT_INVALID(Kind.INVALID, 64),
    /// The command is not one of ours.
    COMMAND_UNKNOWN(Kind.INVALID, 10),
    /// The binding that shall be removed is not there.
    BINDING_MISSING(Kind.GONE, 41),
    /// The binding needs an app's id, and the request has none. Ours never do.
    APP_ID_MISSING(Kind.UNPROCESSABLE, 42),
    /// The binding is there already, with other attributes.
    BINDING_EXISTS(Kind.CONFLICT, 49),
    /// It failed in a way that has no code of its own.
    FAILED(Kind.DEPENDENCY, 1);

    private final Kind kind;
    private final int exitCode;

    AdapterFault(Kind kind, int exitCode) {
        this.kind = kind;
        this.exitCode = exitCode;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    /// What the executable ends with. The contract knows 10, 41, 42 and 49 and takes every other for a failure; those
    /// are `sysexits.h`'s here, so that a broker that knows them can tell a user's mistake from ours.
    public int exitCode() {
        return exitCode;
    }

    /// The reason behind an executable's exit code other than 0.
    public static AdapterFault ofExit(int exitCode) {
        for (var fault : values()) {
            if (fault.exitCode == exitCode) {
                return fault;
            }
        }
        return FAILED;
    }
}
