package org.openpks.broker.instance;

import java.util.List;
import java.util.Optional;
import org.openpks.adapter.Plan;
import org.openpks.bosh.Director;
import org.openpks.broker.catalog.Offer;
import org.openpks.broker.director.DirectorCheck;
import org.openpks.broker.instance.InstanceRecords.Stored;

/// Deletes instances, also those that are half made, or of which only the deployment is left.
final class Deprovisioning {

    private final Director director;
    private final DirectorCheck check;
    private final Offer offer;
    private final InstanceRecords records;
    private final Purge purge;
    private final Driver driver;
    private final Locks locks;

    Deprovisioning(
            Director director,
            DirectorCheck check,
            Offer offer,
            InstanceRecords records,
            Purge purge,
            Driver driver,
            Locks locks) {
        this.director = director;
        this.check = check;
        this.offer = offer;
        this.records = records;
        this.purge = purge;
        this.driver = driver;
        this.locks = locks;
    }

    Accepted deprovision(String instanceId, String serviceId, String planId, boolean force) {
        offer.service(serviceId);
        var deployment = Deployments.name(instanceId);
        return locks.with(deployment, () -> {
            var found = records.find(deployment);
            if (found.isPresent() && found.get().value().operation().running()) {
                var running = whileRunning(deployment, found.get());
                if (running.isPresent()) {
                    return running.get();
                }
                found = records.find(deployment);
            }
            return begin(deployment, found, instanceId, serviceId, planId, force);
        });
    }

    private Accepted begin(
            String deployment,
            Optional<Stored> found,
            String instanceId,
            String serviceId,
            String planId,
            boolean force) {
        check.usable();
        var deployed = director.deployment(deployment);
        if (deployed.isEmpty()) {
            purge.run(deployment);
            throw Refusals.gone();
        }
        var before = found.map(Stored::value).orElseGet(() -> foreign(instanceId, serviceId, planId));
        boolean deployedOnce = deployed.get().manifest().isPresent() && before.created();
        var errands = deployedOnce
                ? offer.plan(before.planId())
                        .map(plan -> plan.plan().lifecycleErrands().preDelete())
                        .orElse(List.of())
                : List.<Plan.Errand>of();
        var operation = driver.operation(
                force ? OperationType.FORCE_DELETE : OperationType.DELETE,
                Hashes.of("delete", instanceId),
                before.planId(),
                null,
                before.context(),
                null,
                null,
                errands);
        var record = before.with(operation);
        var stored =
                found.isPresent() ? records.replace(deployment, found.get(), record) : records.add(deployment, record);
        long task = driver.start(deployment, stored, Optional.empty());
        if (task == Driver.NOTHING) {
            purge.run(deployment);
            throw Refusals.gone();
        }
        return stored.value().running(task);
    }

    /// Empty when a deletion may begin. It takes the place of a creation or an update: one that is held up
    /// must not keep an instance from being deleted.
    private Optional<Accepted> whileRunning(String deployment, Stored found) {
        var operation = found.value().operation();
        var progress = driver.progress(deployment, operation);
        if (progress instanceof Progress.NotStarted) {
            if (driver.mayStart(operation, 0)) {
                return Optional.empty();
            }
            if (operation.type().deletes()) {
                return Optional.of(found.value().running(0));
            }
            throw Refusals.busy();
        }
        if (operation.type().deletes()) {
            var now = driver.advance(deployment, found).orElseThrow(Refusals::gone);
            return now.value().operation().running()
                    ? Optional.of(now.value().running(progress.firstTask()))
                    : Optional.empty();
        }
        if (progress.ended()) {
            driver.advance(deployment, found);
        }
        return Optional.empty();
    }

    /// A deployment of ours whose record is lost can still be deleted.
    private InstanceRecord foreign(String instanceId, String serviceId, String planId) {
        var none = driver.operation(OperationType.CREATE, "", planId, null, null, null, null, List.of())
                .ended(Operation.State.SUCCEEDED, OperationType.CREATE.completed());
        return new InstanceRecord(
                instanceId, serviceId, planId, null, null, null, null, null, null, null, null, true, none);
    }
}
