package org.openpks.broker.instance;

import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.openpks.adapter.Plan;
import org.openpks.bosh.BoshFault;
import org.openpks.bosh.Director;
import org.openpks.bosh.HttpDirector;
import org.openpks.bosh.Task;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.broker.instance.InstanceRecords.Stored;
import org.openpks.broker.instance.Manifests.Generated;
import org.openpks.kernel.Fault;
import org.openpks.osb.MaintenanceInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings operations from their record to their end: hands them to the Director, starts what comes next, and writes
/// how they ended. Call with the instance's lock held.
final class Driver {

    private static final Logger log = LoggerFactory.getLogger(Driver.class);

    /// More tasks than one deployment ever has queued.
    private static final int RUNNING_TASKS = 100;

    /// What [#start] returns when there was nothing to delete.
    static final long NOTHING = -1;

    private final Director director;
    private final InstanceRecords records;
    private final Manifests manifests;
    private final Rotation rotation;
    private final Purge purge;
    private final FailureCause causes;
    private final Failures failures;
    private final InstantSource clock;
    private final Duration adoptAfter;
    /// When a request to the Director was given up that may still arrive, by the operation's context.
    private final Map<String, Instant> unanswered = new ConcurrentHashMap<>();
    private final String owner = UUID.randomUUID().toString();

    Driver(
            Director director,
            InstanceRecords records,
            Manifests manifests,
            Rotation rotation,
            Purge purge,
            FailureCause causes,
            Failures failures,
            InstantSource clock,
            Duration adoptAfter) {
        this.director = director;
        this.records = records;
        this.manifests = manifests;
        this.rotation = rotation;
        this.purge = purge;
        this.causes = causes;
        this.failures = failures;
        this.clock = clock;
        this.adoptAfter = adoptAfter;
    }

    // ---- new operations

    /// An operation of this process. The context id is drawn once and written down before it is used, so every
    /// repetition of the request uses the same one.
    /// @param hash equal for equal requests
    Operation operation(
            OperationType type,
            String hash,
            String planId,
            @Nullable String previousPlanId,
            @Nullable Map<String, Object> context,
            @Nullable Map<String, Object> parameters,
            @Nullable MaintenanceInfo maintenanceInfo,
            List<Plan.Errand> errands) {
        return new Operation(
                type,
                Operation.State.RUNNING,
                UUID.randomUUID().toString(),
                hash,
                planId,
                previousPlanId,
                context,
                parameters,
                maintenanceInfo,
                errands,
                clock.instant(),
                new Operation.Claim(0, owner, clock.instant()),
                null);
    }

    Progress progress(String deployment, Operation operation) {
        return Progress.of(
                director,
                deployment,
                operation.type(),
                operation.contextId(),
                operation.deploys(),
                operation.errands());
    }

    /// Whether an operation's next task is ours to start: nobody claimed it, we did it ourselves (and hold the lock,
    /// so nobody is at it), or the broker that claimed it had its time.
    /// @param step how many tasks the operation has had
    boolean mayStart(Operation operation, int step) {
        var claim = operation.claim();
        if (claim == null || claim.step() < step) {
            return true;
        }
        var since = owner.equals(claim.owner()) ? unanswered.get(operation.contextId()) : claim.at();
        return since == null || clock.instant().isAfter(since.plus(adoptAfter));
    }

    /// Remembers that what was sent may still arrive, so that it is not sent again at once.
    private void noteTimeout(Operation operation, Fault fault) {
        if (fault.getCause() instanceof HttpTimeoutException) {
            var now = clock.instant();
            unanswered.values().removeIf(since -> now.isAfter(since.plus(adoptAfter)));
            unanswered.put(operation.contextId(), now);
        }
    }

    /// Claims the start of an operation's next task; empty when another broker is at it.
    private Optional<Stored> claim(String deployment, Stored stored, int step) {
        var operation = stored.value().operation();
        if (!mayStart(operation, step)) {
            return Optional.empty();
        }
        var claim = operation.claim();
        if (claim != null && claim.step() == step && owner.equals(claim.owner())) {
            return Optional.of(stored);
        }
        var claimed = stored.value().with(operation.claimed(new Operation.Claim(step, owner, clock.instant())));
        try {
            return Optional.of(records.replace(deployment, stored, claimed));
        } catch (Fault e) {
            if (e.code() != BrokerFault.CONCURRENCY) {
                throw e;
            }
            return Optional.empty();
        }
    }

    // ---- handing over

    /// Hands an operation to the Director on behalf of a request.
    /// @param generated the manifest, when it was made already
    /// @return the task; [#NOTHING] when there was nothing to delete
    long start(String deployment, Stored stored, Optional<Generated> generated) {
        var operation = stored.value().operation();
        log.atInfo()
                .addKeyValue("instance", stored.value().instanceId())
                .addKeyValue("operation", operation.type().text())
                .addKeyValue("plan", operation.planId())
                .addKeyValue("context", operation.contextId())
                .log("Handing an operation to the Director");
        try {
            return handOnce(deployment, stored, generated);
        } catch (Fault e) {
            if (HttpDirector.outcomeUnknown(e)) {
                noteTimeout(operation, e);
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

    /// Starts an operation of a repeated request that has no task yet, unless another broker is at it.
    /// @return the task; 0 when there is none yet
    long startIfOurs(String deployment, Stored stored) {
        return claim(deployment, stored, 0)
                .map(ours -> start(deployment, ours, Optional.empty()))
                .orElse(0L);
    }

    private long handOnce(String deployment, Stored stored, Optional<Generated> generated) {
        try {
            return hand(deployment, stored, generated);
        } catch (Fault e) {
            if (!HttpDirector.outcomeUnknown(e)) {
                throw e;
            }
            // The task may exist although its answer is lost.
            var tasks = director.tasksOfContext(stored.value().operation().contextId());
            if (!tasks.isEmpty()) {
                return tasks.stream().mapToLong(Task::id).min().orElse(0);
            }
            if (e.getCause() instanceof HttpTimeoutException || e.code() != BoshFault.UNREACHABLE) {
                throw e;
            }
            // A kept connection that the Director had closed already: nothing arrived.
            return hand(deployment, stored, generated);
        }
    }

    private long hand(String deployment, Stored stored, Optional<Generated> ready) {
        var record = stored.value();
        var operation = record.operation();
        return switch (operation.type()) {
            case DELETE, FORCE_DELETE -> {
                cancelOthers(deployment, operation.contextId());
                yield operation.errands().isEmpty()
                        ? delete(deployment, operation)
                        : errand(deployment, operation, operation.errands().getFirst());
            }
            case RECREATE -> director.recreate(deployment, Optional.of(operation.contextId()));
            case CREATE, UPDATE, UPGRADE -> deploy(deployment, record, ready, 0);
        };
    }

    /// @param stage how often the operation deployed before
    private long deploy(String deployment, InstanceRecord record, Optional<Generated> ready, int stage) {
        var operation = record.operation();
        var generated = ready.orElseGet(() -> again(deployment, record));
        operation.rotation().ifPresent(wish -> rotation.prepare(deployment, wish, stage));
        return manifests.deploy(
                deployment,
                generated,
                operation.rotation().isPresent() ? rotation.undrained(generated.text()) : List.of(),
                operation.contextId());
    }

    private Generated again(String deployment, InstanceRecord record) {
        var generated = manifests.generate(
                deployment,
                record,
                record.operation().type() == OperationType.CREATE
                        ? Optional.empty()
                        : manifests.deployed(deployment, record.planId()));
        manifests.store(deployment, generated);
        return generated;
    }

    private long errand(String deployment, Operation operation, Plan.Errand errand) {
        return director.runErrand(deployment, errand.name(), errand.instances(), Optional.of(operation.contextId()));
    }

    private long delete(String deployment, Operation operation) {
        boolean force = operation.type() == OperationType.FORCE_DELETE;
        return director.delete(deployment, force, Optional.of(operation.contextId()))
                .orElse(NOTHING);
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

    // ---- carrying on

    /// Looks where an operation stands and does what comes next: an errand, a deletion, the end.
    /// @return the record as it is then; empty when the instance is gone
    Optional<Stored> advance(String deployment, Stored stored) {
        return advance(deployment, stored, Optional.empty());
    }

    /// @param ended how the operation ended, when the caller has just seen it
    Optional<Stored> advance(String deployment, Stored stored, Optional<Progress> ended) {
        var operation = stored.value().operation();
        if (!operation.running()) {
            return Optional.of(stored);
        }
        return switch (ended.orElseGet(() -> progress(deployment, operation))) {
            case Progress.Running r -> Optional.of(stored);
            case Progress.NotStarted n -> next(deployment, stored, 0, ours -> hand(deployment, ours, Optional.empty()));
            case Progress.NextDeploy(var first, var stage, var step) ->
                next(deployment, stored, step, ours -> deploy(deployment, ours.value(), Optional.empty(), stage));
            case Progress.NextErrand(var first, var errand, var step) ->
                next(deployment, stored, step, ours -> errand(deployment, operation, errand));
            case Progress.ReadyToDelete(var first, var step) ->
                next(deployment, stored, step, ours -> delete(deployment, operation));
            case Progress.Succeeded(var last) -> finish(deployment, stored);
            case Progress.Failed(var last) -> Optional.of(fail(deployment, stored, last.id(), causes.of(last)));
        };
    }

    private interface Start {
        /// @return the task; [#NOTHING] when there was nothing to delete
        long run(Stored ours);
    }

    /// Starts the next task. When the Director refuses it, the operation has failed; when it does not answer, the
    /// next poll looks again.
    private Optional<Stored> next(String deployment, Stored stored, int step, Start start) {
        var claimed = claim(deployment, stored, step);
        if (claimed.isEmpty()) {
            return Optional.of(stored);
        }
        var ours = claimed.get();
        try {
            if (start.run(ours) == NOTHING) {
                purge.run(deployment);
                return Optional.empty();
            }
            return Optional.of(ours);
        } catch (Fault e) {
            if (HttpDirector.outcomeUnknown(e)) {
                noteTimeout(ours.value().operation(), e);
                log.atWarn()
                        .addKeyValue("deployment", deployment)
                        .addKeyValue("detail", e.detail())
                        .log("The Director gave no answer; the next poll looks again");
                return Optional.of(ours);
            }
            return Optional.of(fail(deployment, ours, 0, e.userMessage()));
        }
    }

    /// A deploy that the Director got twice looks like two; what they were for tells whether one is left.
    private Optional<Stored> finish(String deployment, Stored stored) {
        var operation = stored.value().operation();
        if (operation
                .rotation()
                .filter(wish -> rotation.unfinished(deployment, wish))
                .isEmpty()) {
            return succeed(deployment, stored);
        }
        int step = director.tasksOfContext(operation.contextId()).size();
        return next(
                deployment,
                stored,
                step,
                ours -> deploy(deployment, ours.value(), Optional.empty(), operation.deploys()));
    }

    // ---- ends

    private Optional<Stored> succeed(String deployment, Stored stored) {
        var type = stored.value().operation().type();
        if (type.deletes()) {
            purge.run(deployment);
            return Optional.empty();
        }
        var sentence = Rotation.completed(type, stored.value().operation().deploys());
        return Optional.of(end(deployment, stored, stored.value().applied(sentence)));
    }

    private Stored fail(String deployment, Stored stored, long task, String cause) {
        var record = stored.value();
        var sentence = failures.ended(record, task, cause);
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
}
