package org.openpks.adapter;

import org.openpks.kernel.FaultCode;

/// Why the adapter refuses, with the exit code that the executable contract gives it.
public enum AdapterFault implements FaultCode {
    /// A parameter has a wrong value or type, is missing, or is not known.
    PARAMETER_INVALID(Kind.INVALID, 1),
    /// The operator's plan cannot be made into a manifest.
    PLAN_INVALID(Kind.UNPROCESSABLE, 1),
    /// The plan is offered, but what its clusters are made of is not there.
    PLAN_UNAVAILABLE(Kind.UNPROCESSABLE, 1),
    /// The request would change what cannot change in a running cluster.
    CHANGE_REFUSED(Kind.UNPROCESSABLE, 1),
    /// The deployed manifest is not one that this adapter wrote.
    MANIFEST_UNREADABLE(Kind.BUG, 1),
    /// A secret that the operation needs was not given.
    SECRET_MISSING(Kind.DEPENDENCY, 1),
    /// The cluster's API does not answer, or answers with an error.
    CLUSTER_UNREACHABLE(Kind.DEPENDENCY, 1),
    /// The command's input is not what the contract says.
    INPUT_INVALID(Kind.INVALID, 1),
    /// The command is not one of ours.
    COMMAND_UNKNOWN(Kind.INVALID, 10);

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

    /// What the executable ends with.
    public int exitCode() {
        return exitCode;
    }
}
