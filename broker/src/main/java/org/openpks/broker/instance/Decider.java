package org.openpks.broker.instance;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.settings.OdbConfig;
import org.openpks.broker.settings.OdbConfig.OfferedPlan;
import org.openpks.kernel.Fault;
import org.openpks.kernel.KubernetesVersion;
import org.openpks.osb.MaintenanceInfo;

/// Tells an upgrade from an update, after the On-Demand Broker's decider.
final class Decider {

    /// Whether an instance that is behind may be updated.
    private final boolean updatesWhileBehind;

    Decider(OdbConfig config) {
        this.updatesWhileBehind = config.broker().skipPendingChanges();
    }

    /// Maintenance information alone asks for an upgrade to what is offered. Everything else is an update, which
    /// leaves an instance the versions that it has.
    /// @param record the instance as it is
    /// @param plan the plan that is wanted
    /// @param asked the request's maintenance information, already known to be the plan's
    /// @param changes whether the request names another plan or parameters
    /// @throws Fault [BrokerFault#PENDING_CHANGES] when the instance must be upgraded first,
    ///     [BrokerFault#INSTANCE_UNUSABLE] when an upgrade that failed must be repeated first
    OperationType decide(InstanceRecord record, OfferedPlan plan, @Nullable MaintenanceInfo asked, boolean changes) {
        if (asked != null && !changes) {
            checkWay(record, plan);
            return OperationType.UPGRADE;
        }
        Refusals.halfUpgraded(record);
        boolean behind =
                !Objects.equals(version(plan.maintenanceInfo().orElse(null)), version(record.maintenanceInfo()));
        if (behind && (asked != null || !updatesWhileBehind)) {
            throw new Fault(
                    BrokerFault.PENDING_CHANGES,
                    "The service instance needs to be upgraded before it can be updated: ask for its upgrade first, with maintenance_info alone.",
                    "instance=%s in-force=%s offered=%s"
                            .formatted(
                                    record.instanceId(),
                                    version(record.maintenanceInfo()),
                                    version(plan.maintenanceInfo().orElse(null))));
        }
        return OperationType.UPDATE;
    }

    /// An upgrade that failed may have brought some machines to its version; the adapter, which knows the deployed
    /// manifest alone, would let them go back.
    static void checkWay(InstanceRecord record, OfferedPlan plan) {
        if (!record.upgradeFailed()) {
            return;
        }
        kubernetes(record.operation().maintenanceInfo())
                .flatMap(
                        begun -> kubernetes(plan.maintenanceInfo().orElse(null)).flatMap(begun::refusalOf))
                .ifPresent(sentence -> {
                    throw new Fault(BrokerFault.INSTANCE_UNUSABLE, sentence, "instance=" + record.instanceId());
                });
    }

    private static Optional<KubernetesVersion> kubernetes(@Nullable MaintenanceInfo info) {
        return Optional.ofNullable(info)
                .flatMap(MaintenanceInfo::kubernetesVersion)
                .flatMap(KubernetesVersion::parse);
    }

    private static @Nullable String version(@Nullable MaintenanceInfo info) {
        return info == null ? null : info.version();
    }
}
