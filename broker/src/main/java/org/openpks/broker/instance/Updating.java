package org.openpks.broker.instance;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.broker.catalog.Offer;
import org.openpks.broker.director.DirectorCheck;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.instance.InstanceRecords.Stored;
import org.openpks.broker.settings.OdbConfig.OfferedPlan;
import org.openpks.kernel.Fault;
import org.openpks.osb.MaintenanceInfo;
import org.openpks.osb.UpdateRequest;

/// Changes and upgrades instances, and answers requests that ask for the same change again.
final class Updating {

    private final DirectorCheck check;
    private final Offer offer;
    private final InstanceRecords records;
    private final Manifests manifests;
    private final Quota quota;
    private final Driver driver;
    private final Locks locks;
    private final Decider decider;

    Updating(
            DirectorCheck check,
            Offer offer,
            InstanceRecords records,
            Manifests manifests,
            Quota quota,
            Driver driver,
            Locks locks,
            Decider decider) {
        this.check = check;
        this.offer = offer;
        this.records = records;
        this.manifests = manifests;
        this.quota = quota;
        this.driver = driver;
        this.locks = locks;
        this.decider = decider;
    }

    /// A checked request: the plan that the instance shall have, and the parameters that shall change.
    private record Wish(
            OfferedPlan plan, boolean otherPlan, Map<String, Object> parameters, UpdateRequest request, String hash) {

        /// Nothing that the Director would have to do, for example a new name.
        boolean contextAlone() {
            return !otherPlan && parameters.isEmpty() && request.maintenanceInfo() == null;
        }
    }

    Accepted update(String instanceId, UpdateRequest request) {
        var deployment = Deployments.name(instanceId);
        return locks.with(deployment, () -> {
            var found = records.find(deployment).orElseThrow(Refusals::unknown);
            var wish = checked(request, found.value());
            if (!found.value().operation().running()) {
                return begin(instanceId, deployment, found, wish);
            }
            var running = whileRunning(deployment, found, wish.hash());
            if (running.isPresent()) {
                return running.get();
            }
            var current = records.find(deployment).orElseThrow(Refusals::unknown);
            return begin(instanceId, deployment, current, wish);
        });
    }

    private Wish checked(UpdateRequest request, InstanceRecord record) {
        var planId = request.planId() == null ? record.planId() : request.planId();
        var plan = offer.plan(planId).orElseThrow(() -> Refusals.planGone(planId));
        boolean otherPlan = !planId.equals(record.planId());
        if (otherPlan && !offer.service().planUpdatable()) {
            throw new Fault(BrokerFault.PLAN_CHANGE_NOT_SUPPORTED, "The plan of an instance cannot be changed.");
        }
        offer.checkMaintenanceInfo(plan, request.maintenanceInfo());
        var parameters = Optional.ofNullable(request.parameters()).orElse(Map.of());
        if (!parameters.isEmpty()) {
            offer.checkParameters(plan, Offer.Parameters.UPDATE, parameters);
        }
        var hash = Hashes.of(planId, parameters, version(request.maintenanceInfo()));
        return new Wish(plan, otherPlan, parameters, request, hash);
    }

    /// Empty when nothing runs (any more) and a new update may begin.
    private Optional<Accepted> whileRunning(String deployment, Stored found, String hash) {
        var operation = found.value().operation();
        boolean same = hash.equals(operation.requestHash()) && operation.type().updates();
        var progress = driver.progress(deployment, operation);
        if (progress instanceof Progress.NotStarted) {
            if (same) {
                return Optional.of(found.value().running(driver.startIfOurs(deployment, found)));
            }
            if (!driver.mayStart(operation, 0) || !operation.type().updates()) {
                throw Refusals.busy();
            }
            // The one who asked for it got no answer, and nothing of it was done.
            return Optional.empty();
        }
        if (progress.ended()) {
            driver.advance(deployment, found);
            return Optional.empty();
        }
        if (!same) {
            throw Refusals.busy();
        }
        return Optional.of(found.value().running(progress.firstTask()));
    }

    private Accepted begin(String instanceId, String deployment, Stored current, Wish wish) {
        var record = current.value();
        if (!record.created() || record.operation().type().deletes()) {
            throw Refusals.onlyDeletable(record);
        }
        if (wish.contextAlone() && record.operation().state() == Operation.State.SUCCEEDED) {
            records.replace(
                    deployment, current, record.withContext(wish.request().context()));
            return record.done();
        }
        check.usable();
        var previous =
                manifests.deployed(deployment, record.planId()).orElseThrow(() -> Refusals.notDeployed(deployment));
        var asked = wish.request().maintenanceInfo();
        var type = decider.decide(
                record,
                wish.plan(),
                asked,
                wish.otherPlan() || !wish.parameters().isEmpty());
        if (type == OperationType.UPDATE) {
            manifests.checkPendingChanges(deployment, record, previous);
        }
        var operation = driver.operation(
                type,
                wish.hash(),
                wish.plan().id(),
                record.planId(),
                wish.request().context(),
                wish.parameters(),
                type == OperationType.UPGRADE ? wish.plan().maintenanceInfo().orElse(null) : null,
                wish.plan().plan().lifecycleErrands().postDeploy());
        var changed = record.with(operation);
        var generated = manifests.generate(deployment, changed, Optional.of(previous));
        if (!wish.otherPlan() && record.deploysTo(generated.text(), previous.manifest())) {
            records.replace(
                    deployment,
                    current,
                    changed.referring(generated.secrets())
                            .applied(operation.type().completed()));
            return record.done();
        }
        if (wish.otherPlan()) {
            quota.check(instanceId, wish.plan());
        }
        manifests.store(deployment, generated);
        var stored = records.replace(deployment, current, changed.referring(generated.secrets()));
        return stored.value().running(driver.start(deployment, stored, Optional.of(generated)));
    }

    private static @Nullable String version(@Nullable MaintenanceInfo info) {
        return info == null ? null : info.version();
    }
}
