package org.openpks.broker.instance;

import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openpks.adapter.AdapterFault;
import org.openpks.adapter.Plan;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.adapter.ServiceDeployment;
import org.openpks.bosh.BoshFault;
import org.openpks.bosh.CredHub;
import org.openpks.bosh.Director;
import org.openpks.bosh.HttpDirector;
import org.openpks.bosh.Task;
import org.openpks.broker.catalog.Offer;
import org.openpks.broker.director.DirectorCheck;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.instance.InstanceRecords.Stored;
import org.openpks.broker.manifest.ManifestSecrets;
import org.openpks.broker.manifest.ManifestText;
import org.openpks.broker.settings.OdbConfig;
import org.openpks.broker.settings.OdbConfig.OfferedPlan;
import org.openpks.kernel.Fault;
import org.openpks.osb.LastOperation;
import org.openpks.osb.MaintenanceInfo;
import org.openpks.osb.OperationSteps;
import org.openpks.osb.ProvisionRequest;
import org.openpks.osb.ServiceInstance;
import org.openpks.osb.UpdateRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Service instances, each one BOSH deployment.
///
/// Every change is first written into the instance's record, with a new context id, and then handed to the Director
/// with that id. Whatever is cut off in between is therefore found again: a record without a task is carried on by
/// the next request or poll, and a repeated request finds the tasks of its context. Nothing moves without being
/// asked; polls start the errands.
public final class Instances {

    static final String BUSY = "An operation is in progress for your service instance. Please try again later.";

    private static final Logger log = LoggerFactory.getLogger(Instances.class);
    /// More tasks than one deployment ever has queued.
    private static final int RUNNING_TASKS = 100;

    private final Director director;
    private final DirectorCheck check;
    private final ServiceAdapter adapter;
    private final Offer offer;
    private final OdbConfig config;
    private final ManifestSecrets secrets;
    private final CredHub credhub;
    private final InstanceRecords records;
    private final Purge purge;
    private final Quota quota;
    private final Steps steps;
    private final FailureCause causes;
    private final Failures failures;
    private final Locks locks = new Locks();
    private final InstantSource clock;
    private final Duration adoptAfter;
    private final Duration tombstone;
    private final String owner = UUID.randomUUID().toString();

    public Instances(
            Director director,
            DirectorCheck check,
            CredHub credhub,
            ServiceAdapter adapter,
            Offer offer,
            OdbConfig config,
            Failures failures,
            InstantSource clock,
            Duration adoptAfter,
            Duration tombstone) {
        this.director = director;
        this.check = check;
        this.credhub = credhub;
        this.adapter = adapter;
        this.offer = offer;
        this.config = config;
        this.failures = failures;
        this.clock = clock;
        this.adoptAfter = adoptAfter;
        this.tombstone = tombstone;
        this.secrets = new ManifestSecrets(credhub);
        this.records = new InstanceRecords(director);
        this.purge = new Purge(director, credhub, check, offer.service().id());
        this.quota = new Quota(offer, records);
        this.steps = new Steps(director);
        this.causes = new FailureCause(director);
    }

    /// What became of a request.
    public sealed interface Accepted {
        record Running(String operation, Optional<String> dashboardUrl) implements Accepted {}

        record Done(Optional<String> dashboardUrl) implements Accepted {}
    }

    /// What binding needs to know of an instance that can be bound.
    public record Usable(String planId, String manifest) {}

    // ---- provision

    public Accepted provision(String instanceId, ProvisionRequest request) {
        var plan = offer.plan(request.serviceId(), request.planId());
        offer.checkMaintenanceInfo(plan, request.maintenanceInfo());
        var parameters = orEmpty(request.parameters());
        offer.checkParameters(plan, Offer.Parameters.CREATE, parameters);
        var deployment = Deployments.name(instanceId);
        var hash = Hashes.of(
                request.serviceId(), request.planId(), request.organizationGuid(), request.spaceGuid(), parameters);
        return locks.with(deployment, () -> {
            var found = records.find(deployment);
            if (found.isPresent()) {
                return provisionAgain(deployment, found.get(), hash);
            }
            check.usable();
            if (director.deployment(deployment).isPresent()) {
                throw new Fault(
                        BrokerFault.INSTANCE_CONFLICT,
                        "There is a deployment of this name that the broker did not make.",
                        "deployment=" + deployment);
            }
            quota.check(instanceId, plan);
            var operation = operation(
                    OperationType.CREATE, hash, plan, null, request.context(), parameters, request.maintenanceInfo());
            var record = new InstanceRecord(
                    instanceId,
                    request.serviceId(),
                    request.planId(),
                    request.organizationGuid(),
                    request.spaceGuid(),
                    request.context(),
                    parameters,
                    request.maintenanceInfo(),
                    hash,
                    null,
                    false,
                    operation);
            var generated = generate(deployment, record, Optional.empty());
            var dashboard = dashboard(instanceId, plan, generated);
            var stored =
                    records.add(deployment, dashboard.map(record::withDashboard).orElse(record));
            return running(start(deployment, stored, Optional.of(generated)), stored);
        });
    }

    private Accepted provisionAgain(String deployment, Stored found, String hash) {
        var record = found.value();
        boolean same = hash.equals(record.provisionHash());
        if (record.operation().type() == OperationType.CREATE && same) {
            var progress = progress(deployment, record.operation());
            if (record.operation().running() && progress instanceof Progress.NotStarted) {
                return running(mayStart(record.operation()) ? start(deployment, found, Optional.empty()) : 0, found);
            }
            var now = advance(deployment, found);
            if (now.isPresent()) {
                var operation = now.get().value().operation();
                return switch (operation.state()) {
                    case RUNNING -> running(firstTask(progress), now.get());
                    case SUCCEEDED -> new Accepted.Done(Optional.ofNullable(record.dashboardUrl()));
                    case FAILED ->
                        throw new Fault(
                                BrokerFault.INSTANCE_CONFLICT,
                                "The creation of this instance failed. Delete it before it is created again.");
                };
            }
        }
        if (record.operation().type().deletes()) {
            throw new Fault(BrokerFault.CONCURRENCY, BUSY);
        }
        if (same) {
            return new Accepted.Done(Optional.ofNullable(record.dashboardUrl()));
        }
        throw new Fault(
                BrokerFault.INSTANCE_CONFLICT,
                "There is an instance with this id that was made with other attributes.");
    }

    // ---- update

    public Accepted update(String instanceId, UpdateRequest request) {
        offer.service(request.serviceId());
        if (request.planId() != null) {
            offer.plan(request.serviceId(), request.planId());
        }
        var deployment = Deployments.name(instanceId);
        return locks.with(deployment, () -> {
            var found = records.find(deployment).orElseThrow(Instances::unknown);
            var planId = request.planId() == null ? found.value().planId() : request.planId();
            var plan = offer.plan(planId)
                    .orElseThrow(() -> new Fault(
                            BrokerFault.MISCONFIGURED,
                            "The plan of this instance is no longer offered. Please contact your operator.",
                            "plan=" + planId));
            boolean otherPlan = !planId.equals(found.value().planId());
            if (otherPlan && !offer.service().planUpdatable()) {
                throw new Fault(BrokerFault.PLAN_CHANGE_NOT_SUPPORTED, "The plan of an instance cannot be changed.");
            }
            offer.checkMaintenanceInfo(plan, request.maintenanceInfo());
            var parameters = orEmpty(request.parameters());
            if (!parameters.isEmpty()) {
                offer.checkParameters(plan, Offer.Parameters.UPDATE, parameters);
            }
            var hash = Hashes.of(planId, parameters, version(request.maintenanceInfo()));
            if (!found.value().operation().running()) {
                return startUpdate(instanceId, deployment, found, request, plan, otherPlan, parameters, hash);
            }
            var running = updateWhileRunning(deployment, found, hash);
            if (running.isPresent()) {
                return running.get();
            }
            var current = records.find(deployment).orElseThrow(Instances::unknown);
            return startUpdate(instanceId, deployment, current, request, plan, otherPlan, parameters, hash);
        });
    }

    /// Empty when nothing runs (any more) and a new update may begin.
    private Optional<Accepted> updateWhileRunning(String deployment, Stored found, String hash) {
        var operation = found.value().operation();
        boolean same = hash.equals(operation.requestHash())
                && (operation.type() == OperationType.UPDATE || operation.type() == OperationType.UPGRADE);
        var progress = progress(deployment, operation);
        switch (progress) {
            case Progress.NotStarted() -> {
                if (same) {
                    long task = mayStart(operation) ? start(deployment, found, Optional.empty()) : 0;
                    return Optional.of(running(task, found));
                }
                if (!mayStart(operation)
                        || operation.type() == OperationType.CREATE
                        || operation.type().deletes()) {
                    throw new Fault(BrokerFault.CONCURRENCY, BUSY);
                }
                // The one who asked for it got no answer, and nothing of it was done.
                return Optional.empty();
            }
            case Progress.Running(var first) -> {
                return Optional.of(sameOrBusy(same, first.id(), found));
            }
            case Progress.NextErrand(var first, var errand) -> {
                return Optional.of(sameOrBusy(same, first.id(), found));
            }
            case Progress.ReadyToDelete(var first) -> {
                return Optional.of(sameOrBusy(same, first.id(), found));
            }
            case Progress.Succeeded(var last) -> advance(deployment, found);
            case Progress.Failed(var last) -> advance(deployment, found);
        }
        return Optional.empty();
    }

    private static Accepted sameOrBusy(boolean same, long task, Stored found) {
        if (same) {
            return running(task, found);
        }
        throw new Fault(BrokerFault.CONCURRENCY, BUSY);
    }

    private Accepted startUpdate(
            String instanceId,
            String deployment,
            Stored current,
            UpdateRequest request,
            OfferedPlan plan,
            boolean otherPlan,
            Map<String, Object> parameters,
            String hash) {
        var record = current.value();
        if (!record.created()) {
            throw new Fault(
                    BrokerFault.INSTANCE_UNUSABLE, "The creation of this instance failed. It can only be deleted.");
        }
        if (record.operation().type().deletes()) {
            throw new Fault(
                    BrokerFault.INSTANCE_UNUSABLE, "The deletion of this instance failed. It can only be deleted.");
        }
        check.usable();
        var previous = director.deployment(deployment)
                .flatMap(Director.DeployedManifest::manifest)
                .map(ManifestText::new)
                .orElseThrow(() -> new Fault(
                        BrokerFault.INSTANCE_UNUSABLE,
                        "There is no deployment behind this instance. It can only be deleted.",
                        "deployment=" + deployment));
        boolean upgrade = !otherPlan
                && parameters.isEmpty()
                && request.maintenanceInfo() != null
                && !request.maintenanceInfo().version().equals(version(record.maintenanceInfo()));
        var operation = operation(
                upgrade ? OperationType.UPGRADE : OperationType.UPDATE,
                hash,
                plan,
                record.planId(),
                request.context(),
                parameters,
                request.maintenanceInfo());
        var changed = record.with(operation);
        var context = previous(deployment, previous, record.planId());
        if (!upgrade && !config.broker().skipPendingChanges()) {
            checkPendingChanges(deployment, record, context);
        }
        var generated = generate(deployment, changed, Optional.of(context));
        boolean lastSucceeded = record.operation().state() == Operation.State.SUCCEEDED;
        if (lastSucceeded && !otherPlan && generated.text().text().equals(previous.text())) {
            records.replace(
                    deployment, current, changed.applied(operation.type().completed()));
            return new Accepted.Done(Optional.ofNullable(record.dashboardUrl()));
        }
        if (otherPlan) {
            quota.check(instanceId, plan);
        }
        var stored = records.replace(deployment, current, changed);
        return running(start(deployment, stored, Optional.of(generated)), stored);
    }

    private void checkPendingChanges(String deployment, InstanceRecord record, Previous previous) {
        var plan = offer.plan(record.planId()).orElseThrow(Instances::unknown);
        var again = adapter.generateManifest(new ServiceAdapter.GenerateManifest(
                pinned(deployment, previous.manifest()),
                plan.plan(),
                Map.of(),
                Optional.of(previous.manifest().text()),
                Optional.of(plan.plan()),
                previous.secrets(),
                previous.configs()));
        var text = new ManifestText(again.manifest()).withBrokerSecrets(purge.secretsPath(deployment));
        if (!text.sameButForUpdate(previous.manifest())) {
            throw new Fault(
                    BrokerFault.PENDING_CHANGES,
                    "The service broker has been updated, and this service instance is out of date. Please contact your operator.",
                    "deployment=" + deployment);
        }
    }

    // ---- deprovision

    /// @throws Fault [BrokerFault#GONE] when there is nothing to delete
    public Accepted deprovision(String instanceId, String serviceId, String planId, boolean force) {
        offer.service(serviceId);
        var deployment = Deployments.name(instanceId);
        return locks.with(deployment, () -> {
            var found = records.find(deployment);
            if (found.isPresent() && found.get().value().operation().running()) {
                var running = deprovisionWhileRunning(deployment, found.get());
                if (running.isPresent()) {
                    return running.get();
                }
                found = records.find(deployment);
            }
            check.usable();
            var deployed = director.deployment(deployment);
            if (deployed.isEmpty()) {
                purge.run(deployment);
                throw gone();
            }
            var before = found.map(Stored::value).orElseGet(() -> foreign(instanceId, serviceId, planId));
            boolean deployedOnce = deployed.get().manifest().isPresent() && before.created();
            var errands = deployedOnce
                    ? offer.plan(before.planId())
                            .map(plan -> plan.plan().lifecycleErrands().preDelete())
                            .orElse(List.of())
                    : List.<Plan.Errand>of();
            var operation = new Operation(
                    force ? OperationType.FORCE_DELETE : OperationType.DELETE,
                    Operation.State.RUNNING,
                    newContext(),
                    Hashes.of("delete", instanceId),
                    before.planId(),
                    null,
                    before.context(),
                    null,
                    null,
                    errands,
                    clock.instant(),
                    owner,
                    null);
            var record = before.with(operation);
            var stored = found.isPresent()
                    ? records.replace(deployment, found.get(), record)
                    : records.add(deployment, record);
            long task = start(deployment, stored, Optional.empty());
            if (task < 0) {
                purge.run(deployment);
                throw gone();
            }
            return running(task, stored);
        });
    }

    /// Empty when a deletion may begin. It takes the place of a creation or an update: one that is held up
    /// must not keep an instance from being deleted.
    private Optional<Accepted> deprovisionWhileRunning(String deployment, Stored found) {
        var operation = found.value().operation();
        var progress = progress(deployment, operation);
        if (progress instanceof Progress.NotStarted) {
            if (!mayStart(operation)) {
                if (operation.type().deletes()) {
                    return Optional.of(running(0, found));
                }
                throw new Fault(BrokerFault.CONCURRENCY, BUSY);
            }
            return Optional.empty();
        }
        if (operation.type().deletes()) {
            var now = advance(deployment, found);
            if (now.isEmpty()) {
                throw gone();
            }
            return now.get().value().operation().running()
                    ? Optional.of(running(firstTask(progress), now.get()))
                    : Optional.empty();
        }
        boolean goesOn = progress instanceof Progress.Running || progress instanceof Progress.NextErrand;
        if (!goesOn) {
            advance(deployment, found);
        }
        return Optional.empty();
    }

    /// A deployment of ours whose record is lost can still be deleted.
    private InstanceRecord foreign(String instanceId, String serviceId, String planId) {
        var none = new Operation(
                OperationType.CREATE,
                Operation.State.SUCCEEDED,
                newContext(),
                "",
                planId,
                null,
                null,
                null,
                null,
                List.of(),
                clock.instant(),
                owner,
                null);
        return new InstanceRecord(instanceId, serviceId, planId, null, null, null, null, null, null, null, true, none);
    }

    /// Cancels whatever else runs on a deployment that is to be deleted. Belongs to handing the deletion
    /// over, so that one that was cut off in between does the same again.
    private void cancelOthers(String deployment, String contextId) {
        var running = director.tasksOfDeployment(deployment, RUNNING_TASKS, Task.State.QUEUED, Task.State.PROCESSING);
        for (var task : running) {
            if (!contextId.equals(task.contextId())) {
                log.atInfo()
                        .addKeyValue("deployment", deployment)
                        .addKeyValue("task", task.id())
                        .log("Cancelling a task because the instance is to be deleted");
                director.cancel(task.id());
            }
        }
    }

    // ---- last operation

    /// Where an operation stands; the latest one when the string is absent or not ours. Carries the operation on
    /// when it waits for us.
    /// @throws Fault [BrokerFault#INSTANCE_UNKNOWN] or [BrokerFault#GONE]
    public LastOperation lastOperation(String instanceId, Optional<String> operation) {
        var deployment = Deployments.name(instanceId);
        var data = operation.flatMap(OperationData::parse).filter(parsed -> parsed.contextId() != null);
        var seen = data.map(
                known -> Progress.of(director, deployment, known.type(), contextId(known), known.plannedErrands()));
        if (seen.orElse(null) instanceof Progress.Running) {
            return new LastOperation(
                    LastOperation.State.IN_PROGRESS, data.orElseThrow().type().inProgress());
        }
        return locks.with(deployment, () -> {
            var found = records.find(deployment);
            if (found.isEmpty()) {
                return withoutRecord(deployment, data);
            }
            var latestContext = found.get().value().operation().contextId();
            var ended = seen.filter(Progress::ended)
                    .filter(any -> latestContext.equals(data.orElseThrow().contextId()));
            var now = advance(deployment, found.get(), ended);
            if (now.isEmpty()) {
                return withoutRecord(deployment, data);
            }
            var latest = now.get().value().operation();
            if (data.isPresent()
                    && !latest.contextId().equals(data.get().contextId())
                    && !latest.type().deletes()) {
                var earlier = earlier(instanceId, deployment, data.get());
                if (earlier.isPresent()) {
                    return earlier.get();
                }
            }
            return answer(latest);
        });
    }

    private static LastOperation answer(Operation operation) {
        return switch (operation.state()) {
            case RUNNING ->
                new LastOperation(
                        LastOperation.State.IN_PROGRESS, operation.type().inProgress());
            case SUCCEEDED ->
                new LastOperation(
                        LastOperation.State.SUCCEEDED, operation.type().completed());
            case FAILED ->
                new LastOperation(
                        LastOperation.State.FAILED,
                        Optional.ofNullable(operation.description())
                                .orElse(operation.type().failed(0)));
        };
    }

    private Optional<LastOperation> earlier(String instanceId, String deployment, OperationData data) {
        var type = data.type();
        return switch (Progress.of(director, deployment, type, contextId(data), data.plannedErrands())) {
            case Progress.Succeeded(var last) ->
                Optional.of(new LastOperation(LastOperation.State.SUCCEEDED, type.completed()));
            case Progress.Failed(var last) ->
                Optional.of(new LastOperation(
                        LastOperation.State.FAILED,
                        type.failed(last.id()) + ": "
                                + failures.text(instanceId, last.id(), type.text(), causes.of(last))));
            case Progress.Running r -> Optional.empty();
            case Progress.NextErrand n -> Optional.empty();
            case Progress.ReadyToDelete r -> Optional.empty();
            case Progress.NotStarted n -> Optional.empty();
        };
    }

    /// The Director's tasks remember a deletion after everything else is gone.
    private LastOperation withoutRecord(String deployment, Optional<OperationData> data) {
        if (data.isPresent()) {
            if (!data.get().type().deletes()) {
                throw unknown();
            }
            return switch (Progress.of(
                    director,
                    deployment,
                    data.get().type(),
                    contextId(data.get()),
                    data.get().plannedErrands())) {
                case Progress.Succeeded(var last) ->
                    new LastOperation(
                            LastOperation.State.SUCCEEDED, data.get().type().completed());
                case Progress.Running r ->
                    new LastOperation(
                            LastOperation.State.IN_PROGRESS, data.get().type().inProgress());
                case Progress.Failed f -> throw gone();
                case Progress.NextErrand n -> throw gone();
                case Progress.ReadyToDelete r -> throw gone();
                case Progress.NotStarted n -> throw gone();
            };
        }
        var newest = director.tasksOfDeployment(deployment, 1).stream().findFirst();
        boolean deletedLately = newest.filter(task -> task.state() == Task.State.DONE)
                .filter(task -> task.description().startsWith("delete deployment"))
                .map(Task::timestamp)
                .filter(end -> end > clock.instant().minus(tombstone).getEpochSecond())
                .isPresent();
        if (deletedLately) {
            return new LastOperation(LastOperation.State.SUCCEEDED, OperationType.DELETE.completed());
        }
        throw unknown();
    }

    /// The steps of an operation, the latest one when the string is absent or not ours.
    public OperationSteps steps(String instanceId, Optional<String> operation, int since) {
        var deployment = Deployments.name(instanceId);
        var context = operation.flatMap(OperationData::parse).flatMap(data -> Optional.ofNullable(data.contextId()));
        if (context.isEmpty()) {
            context = records.find(deployment)
                    .map(found -> found.value().operation().contextId());
        }
        if (context.isEmpty()) {
            context = director.tasksOfDeployment(deployment, 1).stream()
                    .findFirst()
                    .map(Task::contextId)
                    .filter(id -> !id.isBlank());
        }
        return steps.of(context.orElseThrow(Instances::unknown), since);
    }

    // ---- reading

    /// An instance with what is in force, and the masters' addresses as `metadata.attributes.master_ips`.
    /// @throws Fault [BrokerFault#INSTANCE_UNKNOWN] also while it is created, [BrokerFault#CONCURRENCY] while it is
    ///     changed
    public ServiceInstance instance(String instanceId) {
        var deployment = Deployments.name(instanceId);
        var record = settled(deployment).orElseThrow(Instances::unknown);
        if (!record.created()) {
            throw unknown();
        }
        if (record.operation().running()) {
            throw new Fault(BrokerFault.CONCURRENCY, BUSY);
        }
        return new ServiceInstance(
                record.serviceId(),
                record.planId(),
                record.dashboardUrl(),
                record.parameters(),
                record.maintenanceInfo(),
                Map.of("attributes", Map.of("master_ips", masters(deployment))));
    }

    /// The masters' addresses in the order of their indexes.
    private List<String> masters(String deployment) {
        return director.vms(deployment).stream()
                .filter(vm -> "master".equals(vm.job()))
                .sorted(Comparator.comparing(
                        vm -> Optional.ofNullable(vm.index()).orElse(Integer.MAX_VALUE)))
                .flatMap(vm -> vm.ips().stream())
                .toList();
    }

    /// An instance that can be bound: created, not being deleted, deployed.
    public Usable usable(String instanceId) {
        var deployment = Deployments.name(instanceId);
        var record = settled(deployment).orElseThrow(Instances::unknown);
        boolean deleting = record.operation().type().deletes();
        if (record.operation().running() && (!record.created() || deleting)) {
            throw new Fault(BrokerFault.CONCURRENCY, BUSY);
        }
        if (!record.created() || deleting) {
            throw new Fault(
                    BrokerFault.INSTANCE_UNUSABLE,
                    "The %s of this instance failed. It can only be deleted."
                            .formatted(deleting ? "deletion" : "creation"));
        }
        var manifest = director.deployment(deployment)
                .flatMap(Director.DeployedManifest::manifest)
                .orElseThrow(() -> new Fault(
                        BrokerFault.INSTANCE_UNUSABLE,
                        "There is no deployment behind this instance. It can only be deleted.",
                        "deployment=" + deployment));
        return new Usable(record.planId(), manifest);
    }

    private Optional<InstanceRecord> settled(String deployment) {
        var found = records.find(deployment);
        if (found.isEmpty() || !found.get().value().operation().running()) {
            return found.map(Stored::value);
        }
        return locks.with(deployment, () -> records.find(deployment)
                .flatMap(again -> advance(deployment, again))
                .map(Stored::value));
    }

    // ---- driving

    /// Looks where an operation stands and does what comes next: an errand, a deletion, the end. Call with the lock
    /// held.
    /// @return the record as it is then; empty when the instance is gone
    private Optional<Stored> advance(String deployment, Stored stored) {
        return advance(deployment, stored, Optional.empty());
    }

    /// @param ended how the operation ended, when the caller has just seen it
    private Optional<Stored> advance(String deployment, Stored stored, Optional<Progress> ended) {
        var operation = stored.value().operation();
        if (!operation.running()) {
            return Optional.of(stored);
        }
        switch (ended.orElseGet(() -> progress(deployment, operation))) {
            case Progress.Running r -> {}
            case Progress.NotStarted n -> {
                if (mayStart(operation)) {
                    log.atInfo().addKeyValue("deployment", deployment).log("Starting an operation that was cut off");
                    return startOrFail(deployment, stored, () -> hand(deployment, stored, Optional.empty()));
                }
            }
            case Progress.NextErrand(var first, var errand) -> {
                return startOrFail(
                        deployment,
                        stored,
                        () -> director.runErrand(
                                deployment, errand.name(), errand.instances(), Optional.of(operation.contextId())));
            }
            case Progress.ReadyToDelete(var first) -> {
                return startOrFail(deployment, stored, () -> delete(deployment, operation));
            }
            case Progress.Succeeded(var last) -> {
                if (operation.type().deletes()) {
                    purge.run(deployment);
                    return Optional.empty();
                }
                return Optional.of(end(
                        deployment,
                        stored,
                        stored.value().applied(operation.type().completed())));
            }
            case Progress.Failed(var last) -> {
                return Optional.of(fail(deployment, stored, last.id(), causes.of(last)));
            }
        }
        return Optional.of(stored);
    }

    private interface Start {
        /// @return the task; -1 when there was nothing to delete
        long run();
    }

    /// Starts what comes next. When the Director refuses it, the operation has failed; when it does not answer, the
    /// next poll looks again.
    private Optional<Stored> startOrFail(String deployment, Stored stored, Start start) {
        try {
            if (start.run() < 0) {
                purge.run(deployment);
                return Optional.empty();
            }
            return Optional.of(stored);
        } catch (Fault e) {
            if (HttpDirector.outcomeUnknown(e)) {
                log.atWarn()
                        .addKeyValue("deployment", deployment)
                        .addKeyValue("detail", e.detail())
                        .log("The Director gave no answer; the next poll looks again");
                return Optional.of(stored);
            }
            return Optional.of(fail(deployment, stored, 0, e.userMessage()));
        }
    }

    private Stored fail(String deployment, Stored stored, long task, String cause) {
        var record = stored.value();
        var sentence = failures.ended(record.instanceId(), task, record.operation(), cause);
        return end(deployment, stored, record.with(record.operation().ended(Operation.State.FAILED, sentence)));
    }

    /// Writes an operation's end. Another broker may have done so already; then its text stands.
    private Stored end(String deployment, Stored stored, InstanceRecord ended) {
        try {
            return records.replace(deployment, stored, ended);
        } catch (Fault e) {
            if (e.code() != BrokerFault.CONCURRENCY) {
                throw e;
            }
            return records.find(deployment).orElse(stored);
        }
    }

    private Progress progress(String deployment, Operation operation) {
        return Progress.of(director, deployment, operation.type(), operation.contextId(), operation.errands());
    }

    /// Whether an operation without a task is ours to start: we accepted it ourselves (and hold the lock, so nobody
    /// is at it), or the broker that accepted it had its time.
    private boolean mayStart(Operation operation) {
        return owner.equals(operation.owner())
                || clock.instant().isAfter(operation.startedAt().plus(adoptAfter));
    }

    /// Hands an operation to the Director on behalf of a request.
    /// @return the task; -1 when there was nothing to delete
    private long start(String deployment, Stored stored, Optional<Generated> generated) {
        var operation = stored.value().operation();
        log.atInfo()
                .addKeyValue("instance", stored.value().instanceId())
                .addKeyValue("operation", operation.type().text())
                .addKeyValue("plan", operation.planId())
                .addKeyValue("context", operation.contextId())
                .log("Handing an operation to the Director");
        try {
            try {
                return hand(deployment, stored, generated);
            } catch (Fault e) {
                if (!HttpDirector.outcomeUnknown(e)) {
                    throw e;
                }
                // The task may exist although its answer is lost.
                var tasks = director.tasksOfContext(operation.contextId());
                if (!tasks.isEmpty()) {
                    return tasks.stream().mapToLong(Task::id).min().orElse(0);
                }
                if (e.getCause() instanceof HttpTimeoutException || e.code() != BoshFault.UNREACHABLE) {
                    throw e;
                }
                // A kept connection that the Director had closed already: nothing arrived.
                return hand(deployment, stored, generated);
            }
        } catch (Fault e) {
            if (HttpDirector.outcomeUnknown(e)) {
                throw e;
            }
            // Nothing was started, and trying again would not change that.
            if (operation.type() == OperationType.CREATE) {
                purge.run(deployment);
            } else {
                fail(deployment, stored, 0, e.userMessage());
            }
            throw e;
        }
    }

    private long hand(String deployment, Stored stored, Optional<Generated> ready) {
        var record = stored.value();
        var operation = record.operation();
        var context = Optional.of(operation.contextId());
        if (operation.type().deletes()) {
            cancelOthers(deployment, operation.contextId());
            return operation.errands().isEmpty()
                    ? delete(deployment, operation)
                    : director.runErrand(
                            deployment,
                            operation.errands().getFirst().name(),
                            operation.errands().getFirst().instances(),
                            context);
        }
        var generated = ready.orElseGet(() -> generate(
                deployment,
                record,
                operation.type() == OperationType.CREATE
                        ? Optional.empty()
                        : director.deployment(deployment)
                                .flatMap(Director.DeployedManifest::manifest)
                                .map(text -> previous(deployment, new ManifestText(text), record.planId()))));
        generated.secrets().forEach((name, value) -> {
            var path = purge.secretsPath(deployment) + name;
            if (value instanceof Map<?, ?> map) {
                var copy = new LinkedHashMap<String, Object>();
                map.forEach((key, item) -> copy.put(String.valueOf(key), item));
                credhub.set(path, copy);
            } else {
                credhub.set(path, String.valueOf(value));
            }
        });
        generated.configs().forEach((type, content) -> director.putConfig(type, deployment, content, Optional.empty()));
        return director.deploy(generated.text().text(), context);
    }

    private long delete(String deployment, Operation operation) {
        return director.delete(
                        deployment, operation.type() == OperationType.FORCE_DELETE, Optional.of(operation.contextId()))
                .orElse(-1);
    }

    // ---- generating

    private record Generated(ManifestText text, Map<String, Object> secrets, Map<String, String> configs) {}

    private record Previous(
            ManifestText manifest, String planId, Map<String, String> secrets, Map<String, String> configs) {}

    private Previous previous(String deployment, ManifestText manifest, String planId) {
        var values = secrets.whenNeeded(manifest, check.name(), deployment);
        var configs = new LinkedHashMap<String, String>();
        for (var item : director.configs(Optional.empty(), Optional.of(deployment))) {
            if (item.name().equals(deployment) && !item.type().equals(InstanceRecords.TYPE)) {
                configs.put(item.type(), item.content());
            }
        }
        return new Previous(manifest, planId, values, configs);
    }

    private Generated generate(String deployment, InstanceRecord record, Optional<Previous> previous) {
        var operation = record.operation();
        var plan = offer.plan(operation.planId())
                .orElseThrow(() -> new Fault(
                        BrokerFault.MISCONFIGURED,
                        "The plan of this instance is no longer offered. Please contact your operator.",
                        "plan=" + operation.planId()));
        ServiceAdapter.GeneratedManifest made;
        try {
            made = adapter.generateManifest(new ServiceAdapter.GenerateManifest(
                    operation.type() == OperationType.UPDATE && previous.isPresent()
                            ? pinned(deployment, previous.get().manifest())
                            : serviceDeployment(deployment),
                    plan.plan(),
                    requestBody(record),
                    previous.map(before -> before.manifest().text()),
                    previous.flatMap(before -> offer.plan(before.planId())).map(OfferedPlan::plan),
                    previous.map(Previous::secrets).orElse(Map.of()),
                    previous.map(Previous::configs).orElse(Map.of())));
        } catch (Fault e) {
            throw refused(e);
        }
        if (!made.configs().isEmpty() && config.broker().disableBoshConfigs()) {
            throw new Fault(
                    BrokerFault.MISCONFIGURED,
                    "The service adapter wrote BOSH configs, but they are disabled. Please contact your operator.");
        }
        var text = new ManifestText(made.manifest()).withBrokerSecrets(purge.secretsPath(deployment));
        text.check(deployment);
        return new Generated(text, made.secrets(), made.configs());
    }

    /// The adapter's words reach the one who asked; which status they have is told by the fault's kind.
    private static Fault refused(Fault e) {
        var code =
                switch (e.code().kind()) {
                    case INVALID -> BrokerFault.PARAMETERS_INVALID;
                    case UNPROCESSABLE, CONFLICT, CAPACITY -> BrokerFault.INSTANCE_UNUSABLE;
                    case UNAUTHENTICATED, FORBIDDEN, MISSING, GONE, TOO_LARGE, DEPENDENCY, BUG -> BrokerFault.FAILED;
                };
        var better = e.code() == AdapterFault.PLAN_INVALID ? BrokerFault.MISCONFIGURED : code;
        return new Fault(better, e.userMessage(), e.detail(), e);
    }

    private ServiceDeployment serviceDeployment(String deployment) {
        return new ServiceDeployment(deployment, config.releases(), config.stemcells());
    }

    /// The same deployment with the versions that it has now: an update changes what was asked for, only an upgrade
    /// changes versions.
    private ServiceDeployment pinned(String deployment, ManifestText deployed) {
        var releases = deployed.versions("releases", "name");
        var stemcells = deployed.versions("stemcells", "os");
        return new ServiceDeployment(
                deployment,
                config.releases().stream()
                        .map(release -> new ServiceDeployment.Release(
                                release.name(),
                                releases.getOrDefault(release.name(), release.version()),
                                release.jobs()))
                        .toList(),
                config.stemcells().stream()
                        .map(stemcell -> new ServiceDeployment.Stemcell(
                                stemcell.name(),
                                stemcell.os(),
                                stemcells.getOrDefault(stemcell.os(), stemcell.version())))
                        .toList());
    }

    /// The OSB body as the adapter's contract wants it; an upgrade carries the context alone.
    private Map<String, Object> requestBody(InstanceRecord record) {
        var operation = record.operation();
        var context = operation.context() == null ? record.context() : operation.context();
        var body = new LinkedHashMap<String, Object>();
        put(body, "context", context);
        if (operation.type() == OperationType.UPGRADE) {
            return body;
        }
        put(body, "service_id", record.serviceId());
        put(body, "plan_id", operation.planId());
        put(body, "parameters", orEmpty(operation.parameters()));
        put(body, "maintenance_info", maintenance(operation.maintenanceInfo()));
        if (operation.type() == OperationType.CREATE) {
            put(body, "organization_guid", record.organizationGuid());
            put(body, "space_guid", record.spaceGuid());
        } else {
            var before = new LinkedHashMap<String, Object>();
            put(before, "plan_id", operation.previousPlanId());
            put(before, "service_id", record.serviceId());
            put(before, "organization_id", record.organizationGuid());
            put(before, "space_id", record.spaceGuid());
            put(before, "maintenance_info", maintenance(record.maintenanceInfo()));
            body.put("previous_values", before);
        }
        return body;
    }

    private static @Nullable Map<String, Object> maintenance(@Nullable MaintenanceInfo info) {
        return info == null ? null : Map.of("version", info.version());
    }

    private static void put(Map<String, Object> body, String key, @Nullable Object value) {
        if (value != null) {
            body.put(key, value);
        }
    }

    private Optional<String> dashboard(String instanceId, OfferedPlan plan, Generated generated) {
        try {
            return adapter.dashboardUrl(new ServiceAdapter.DashboardUrl(
                    instanceId, plan.plan(), generated.text().text()));
        } catch (Fault e) {
            if (e.code() == AdapterFault.COMMAND_UNKNOWN) {
                return Optional.empty();
            }
            throw refused(e);
        }
    }

    private Operation operation(
            OperationType type,
            String hash,
            OfferedPlan plan,
            @Nullable String previousPlanId,
            @Nullable Map<String, Object> context,
            Map<String, Object> parameters,
            @Nullable MaintenanceInfo maintenanceInfo) {
        return new Operation(
                type,
                Operation.State.RUNNING,
                newContext(),
                hash,
                plan.id(),
                previousPlanId,
                context,
                parameters,
                maintenanceInfo,
                plan.plan().lifecycleErrands().postDeploy(),
                clock.instant(),
                owner,
                null);
    }

    // ---- small parts

    /// The id is drawn once and written down before it is used, so every repetition of the request uses the same
    /// one.
    private static String newContext() {
        return UUID.randomUUID().toString();
    }

    private static Accepted running(long task, Stored stored) {
        var text =
                OperationData.of(Math.max(0, task), stored.value().operation()).text();
        return new Accepted.Running(text, Optional.ofNullable(stored.value().dashboardUrl()));
    }

    private static long firstTask(Progress progress) {
        return switch (progress) {
            case Progress.Running(var first) -> first.id();
            case Progress.NextErrand(var first, var errand) -> first.id();
            case Progress.ReadyToDelete(var first) -> first.id();
            case Progress.Succeeded(var last) -> last.id();
            case Progress.Failed(var last) -> last.id();
            case Progress.NotStarted n -> 0;
        };
    }

    private static String contextId(OperationData data) {
        return Objects.requireNonNull(data.contextId());
    }

    private static @Nullable String version(@Nullable MaintenanceInfo info) {
        return info == null ? null : info.version();
    }

    private static Map<String, Object> orEmpty(@Nullable Map<String, Object> map) {
        return map == null ? Map.of() : map;
    }

    private static Fault unknown() {
        return new Fault(BrokerFault.INSTANCE_UNKNOWN, "There is no such service instance.");
    }

    private static Fault gone() {
        return new Fault(BrokerFault.GONE, "There is no such service instance.");
    }
}
