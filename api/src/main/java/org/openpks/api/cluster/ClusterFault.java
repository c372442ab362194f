package org.openpks.api.cluster;

import org.openpks.kernel.FaultCode;

/// What can be wrong with a request about clusters.
public enum ClusterFault implements FaultCode {
    /// A field is missing, malformed or out of its range.
    REQUEST_INVALID(Kind.INVALID),
    /// The cluster does not exist, or the caller may not know that it does.
    CLUSTER_UNKNOWN(Kind.MISSING),
    NAME_TAKEN(Kind.CONFLICT),
    HOSTNAME_TAKEN(Kind.CONFLICT),
    /// Another operation of the same cluster is running.
    CLUSTER_BUSY(Kind.CONFLICT),
    /// The cluster's last operation left it in a form that does not allow this one.
    CLUSTER_UNFIT(Kind.CONFLICT),
    /// There is no way from what the cluster runs to what is offered.
    UPGRADE_REFUSED(Kind.UNPROCESSABLE),
    NOT_ALLOWED(Kind.FORBIDDEN),
    /// The broker refused a request that is answered at once.
    BROKER_REFUSED(Kind.DEPENDENCY),
    /// The broker did not answer, or not as it should.
    BROKER_UNREACHABLE(Kind.DEPENDENCY);

    private final Kind kind;

    ClusterFault(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }
}
