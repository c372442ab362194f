package org.openpks.broker.instance;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.bosh.Director;
import org.openpks.broker.catalog.Offer;
import org.openpks.broker.director.DirectorCheck;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.instance.InstanceRecords.Stored;
import org.openpks.broker.settings.OdbConfig.OfferedPlan;
import org.openpks.kernel.Fault;

/// What an operator does to instances whose owner asked for nothing: upgrades to what is configured now, and
/// recreates machines. One operation at a time: while any runs, both are refused.
final class Maintenance {

    private final Director director;
    private final DirectorCheck check;
    private final Offer offer;
    private final InstanceRecords records;
    private final Manifests manifests;
    private final Driver driver;
    private final Locks locks;

    Maintenance(
            Director director,
            DirectorCheck check,
            Offer offer,
            InstanceRecords records,
            Manifests manifests,
            Driver driver,
            Locks locks) {
        this.director = director;
        this.check = check;
        this.offer = offer;
        this.records = records;
        this.manifests = manifests;
        this.driver = driver;
        this.locks = locks;
    }

    /// @param planId the plan that the caller believes the instance has; empty for whichever it is
    Accepted start(
            String instanceId, OperationType type, Optional<String> planId, @Nullable Map<String, Object> context) {
        var deployment = Deployments.name(instanceId);
        return locks.with(deployment, () -> {
            var idle = idle(deployment);
            var record = idle.value();
            planId.filter(asked -> !asked.equals(record.planId())).ifPresent(other -> {
                throw new Fault(
                        BrokerFault.UNPROCESSABLE, "plan_id: the instance's plan is %s.".formatted(record.planId()));
            });
            var plan = offer.plan(record.planId()).orElseThrow(() -> Refusals.planGone(record.planId()));
            check.usable();
            if (director.deployment(deployment).isEmpty()) {
                throw Refusals.gone();
            }
            if (!record.created() || record.operation().type().deletes()) {
                throw Refusals.onlyDeletable(record);
            }
            return type == OperationType.UPGRADE
                    ? upgrade(deployment, idle, plan, context)
                    : recreate(deployment, idle, plan, context);
        });
    }

    private Stored idle(String deployment) {
        var found = records.find(deployment).orElseThrow(Refusals::unknown);
        if (!found.value().operation().running()) {
            return found;
        }
        var now = driver.advance(deployment, found).orElseThrow(Refusals::unknown);
        if (now.value().operation().running()) {
            throw Refusals.busy();
        }
        return now;
    }

    private Accepted upgrade(String deployment, Stored idle, OfferedPlan plan, @Nullable Map<String, Object> context) {
        var record = idle.value();
        var previous =
                manifests.deployed(deployment, record.planId()).orElseThrow(() -> Refusals.notDeployed(deployment));
        Decider.checkWay(record, plan);
        var changed = record.with(operation(OperationType.UPGRADE, record, plan, context));
        var generated = manifests.generate(deployment, changed, Optional.of(previous));
        if (record.deploysTo(generated.text(), previous.manifest())) {
            records.replace(deployment, idle, changed.applied(OperationType.UPGRADE.completed()));
            return record.done();
        }
        manifests.store(deployment, generated);
        var stored = records.replace(deployment, idle, changed);
        return stored.value().running(driver.start(deployment, stored, Optional.of(generated)));
    }

    private Accepted recreate(String deployment, Stored idle, OfferedPlan plan, @Nullable Map<String, Object> context) {
        var record = idle.value();
        Refusals.halfUpgraded(record);
        var changed = record.with(operation(OperationType.RECREATE, record, plan, context));
        var stored = records.replace(deployment, idle, changed);
        return stored.value().running(driver.start(deployment, stored, Optional.empty()));
    }

    /// An upgrade brings the instance to the catalog's maintenance version, a recreation leaves it at its own.
    private Operation operation(
            OperationType type, InstanceRecord record, OfferedPlan plan, @Nullable Map<String, Object> context) {
        var both = new LinkedHashMap<String, Object>();
        if (record.context() != null) {
            both.putAll(record.context());
        }
        if (context != null) {
            both.putAll(context);
        }
        return driver.operation(
                type,
                Hashes.of(type.text()),
                record.planId(),
                record.planId(),
                both,
                null,
                type == OperationType.UPGRADE ? plan.maintenanceInfo().orElse(null) : null,
                plan.plan().lifecycleErrands().postDeploy());
    }
}
