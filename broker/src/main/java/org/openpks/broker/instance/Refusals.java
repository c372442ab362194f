package org.openpks.broker.instance;

import org.openpks.adapter.AdapterFault;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.kernel.Fault;

/// Refusals that several operations share.
final class Refusals {

    static final String BUSY = "An operation is in progress for your service instance. Please try again later.";

    private Refusals() {}

    static Fault busy() {
        return new Fault(BrokerFault.CONCURRENCY, BUSY);
    }

    static Fault unknown() {
        return new Fault(BrokerFault.INSTANCE_UNKNOWN, "There is no such service instance.");
    }

    static Fault gone() {
        return new Fault(BrokerFault.GONE, "There is no such service instance.");
    }

    /// An instance whose creation or deletion failed can only be deleted.
    static Fault onlyDeletable(InstanceRecord record) {
        return new Fault(
                BrokerFault.INSTANCE_UNUSABLE,
                "The %s of this instance failed. It can only be deleted."
                        .formatted(record.operation().type().deletes() ? "deletion" : "creation"));
    }

    /// After an upgrade that failed, some machines may have the new software while the deployed manifest names the old
    /// one: anything but another upgrade would take them back.
    static void halfUpgraded(InstanceRecord record) {
        if (record.upgradeFailed()) {
            throw new Fault(
                    BrokerFault.INSTANCE_UNUSABLE,
                    "The last upgrade of this service instance failed, so its machines may differ. Repeat the upgrade first.",
                    "instance=" + record.instanceId());
        }
    }

    static Fault notDeployed(String deployment) {
        return new Fault(
                BrokerFault.INSTANCE_UNUSABLE,
                "There is no deployment behind this instance. It can only be deleted.",
                "deployment=" + deployment);
    }

    static Fault planGone(String planId) {
        return new Fault(
                BrokerFault.MISCONFIGURED,
                "The plan of this instance is no longer offered. Please contact your operator.",
                "plan=" + planId);
    }

    /// The adapter's words reach the one who asked; which status they have is told by the fault's kind.
    static Fault ofAdapter(Fault e) {
        var code =
                switch (e.code().kind()) {
                    case INVALID -> BrokerFault.PARAMETERS_INVALID;
                    case UNPROCESSABLE, CONFLICT, CAPACITY -> BrokerFault.CHANGE_REFUSED;
                    case UNAUTHENTICATED, FORBIDDEN, MISSING, GONE, TOO_LARGE, DEPENDENCY, BUG -> BrokerFault.FAILED;
                };
        var better =
                switch (e.code()) {
                    case AdapterFault.PLAN_INVALID -> BrokerFault.MISCONFIGURED;
                    case AdapterFault.PLAN_UNAVAILABLE -> BrokerFault.PLAN_UNAVAILABLE;
                    default -> code;
                };
        return new Fault(better, e.userMessage(), e.detail(), e);
    }
}
