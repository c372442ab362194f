package org.openpks.broker.instance;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.openpks.bosh.Director;
import org.openpks.bosh.Task;
import org.openpks.kernel.Fault;
import org.openpks.osb.LastOperation;
import org.openpks.osb.OperationSteps;

/// Tells where operations stand, and carries on those that wait for us.
final class LastOperations {

    private final Director director;
    private final InstanceRecords records;
    private final Driver driver;
    private final FailureCause causes;
    private final Failures failures;
    private final Steps steps;
    private final Locks locks;
    private final InstantSource clock;
    private final Duration tombstone;

    LastOperations(
            Director director,
            InstanceRecords records,
            Driver driver,
            FailureCause causes,
            Failures failures,
            Locks locks,
            InstantSource clock,
            Duration tombstone) {
        this.director = director;
        this.records = records;
        this.driver = driver;
        this.causes = causes;
        this.failures = failures;
        this.steps = new Steps(director);
        this.locks = locks;
        this.clock = clock;
        this.tombstone = tombstone;
    }

    /// The operation of the string; the latest one when the string is absent or not ours.
    LastOperation of(String instanceId, Optional<String> operation) {
        var deployment = Deployments.name(instanceId);
        var data = operation.flatMap(OperationData::parse).filter(parsed -> parsed.contextId() != null);
        var seen = data.map(known -> progress(deployment, known));
        // A task that is being cancelled makes room for another operation, which the record knows.
        if (seen.orElse(null) instanceof Progress.Running(var first, var now) && now.state() != Task.State.CANCELLING) {
            return inProgress(data.orElseThrow(), Optional.of(now));
        }
        return locks.with(deployment, () -> {
            var found = records.find(deployment);
            if (found.isEmpty()) {
                return withoutRecord(deployment, data);
            }
            var latestContext = found.get().value().operation().contextId();
            var ended = seen.filter(Progress::ended)
                    .filter(any -> latestContext.equals(data.orElseThrow().contextId()));
            var now = driver.advance(deployment, found.get(), ended);
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
            return answer(deployment, latest);
        });
    }

    private LastOperation answer(String deployment, Operation operation) {
        var type = operation.type();
        return switch (operation.state()) {
            case RUNNING ->
                inProgress(
                        OperationData.of(0, operation),
                        driver.progress(deployment, operation) instanceof Progress.Running(var first, var now)
                                ? Optional.of(now)
                                : Optional.empty());
            case SUCCEEDED ->
                new LastOperation(LastOperation.State.SUCCEEDED, Rotation.completed(type, operation.deploys()));
            case FAILED ->
                failed(type, Optional.ofNullable(operation.description()).orElse(type.failed(0)));
        };
    }

    /// A failed update leaves the instance as it was or half changed, and may be asked for again; after a failed
    /// deletion there is nothing left to bind to. The specification has no such hints for a creation.
    private static LastOperation failed(OperationType type, String sentence) {
        return switch (type) {
            case CREATE -> new LastOperation(LastOperation.State.FAILED, sentence);
            case UPDATE, UPGRADE, RECREATE -> new LastOperation(LastOperation.State.FAILED, sentence, true, true);
            case DELETE, FORCE_DELETE -> new LastOperation(LastOperation.State.FAILED, sentence, false, null);
        };
    }

    /// The sentence of the operation, and the step that its task is at.
    private LastOperation inProgress(OperationData operation, Optional<Task> task) {
        var sentence = operation.type().inProgress()
                + (operation.plannedDeploys() > 1 ? " (" + Rotation.step(deploysBefore(operation, task)) + ")" : "");
        var step = task.flatMap(this::currentStep);
        return new LastOperation(
                LastOperation.State.IN_PROGRESS,
                step.map(text -> sentence + ": " + text).orElse(sentence));
    }

    /// How many of an operation's deploys are over.
    private int deploysBefore(OperationData operation, Optional<Task> now) {
        return (int) director.tasksOfContext(Objects.requireNonNull(operation.contextId())).stream()
                .filter(Progress::isDeploy)
                .filter(task -> task.state() == Task.State.DONE)
                .filter(task -> now.isEmpty() || task.id() < now.get().id())
                .count();
    }

    private Optional<String> currentStep(Task task) {
        try {
            return steps.current(task);
        } catch (Fault e) {
            // It runs, that much is known; the step is told by the next poll.
            return Optional.empty();
        }
    }

    private Optional<LastOperation> earlier(String instanceId, String deployment, OperationData data) {
        var type = data.type();
        return switch (progress(deployment, data)) {
            case Progress.Succeeded(var last) ->
                Optional.of(new LastOperation(
                        LastOperation.State.SUCCEEDED, Rotation.completed(type, data.plannedDeploys())));
            case Progress.Failed(var last) ->
                Optional.of(failed(
                        type,
                        type.failed(last.id()) + ": "
                                + failures.text(instanceId, last.id(), type.text(), causes.of(last))));
            case Progress.Running r -> Optional.empty();
            case Progress.NextDeploy n -> Optional.empty();
            case Progress.NextErrand n -> Optional.empty();
            case Progress.ReadyToDelete r -> Optional.empty();
            case Progress.NotStarted n -> Optional.empty();
        };
    }

    /// The Director's tasks remember a deletion after everything else is gone.
    private LastOperation withoutRecord(String deployment, Optional<OperationData> data) {
        if (data.isPresent()) {
            var type = data.get().type();
            if (!type.deletes()) {
                throw Refusals.unknown();
            }
            return switch (progress(deployment, data.get())) {
                case Progress.Succeeded(var last) -> deleted(last, type);
                case Progress.Running(var first, var now) -> inProgress(data.get(), Optional.of(now));
                case Progress.NextDeploy n -> throw Refusals.gone();
                case Progress.Failed f -> throw Refusals.gone();
                case Progress.NextErrand n -> throw Refusals.gone();
                case Progress.ReadyToDelete r -> throw Refusals.gone();
                case Progress.NotStarted n -> throw Refusals.gone();
            };
        }
        var newest = director.tasksOfDeployment(deployment, 1).stream().findFirst();
        return newest.filter(task -> task.state() == Task.State.DONE)
                .filter(task -> task.description().startsWith("delete deployment"))
                .map(task -> deleted(task, OperationType.DELETE))
                .orElseThrow(Refusals::unknown);
    }

    /// Platforms want to read of the success; later the instance is just gone.
    private LastOperation deleted(Task task, OperationType type) {
        var remembered = clock.instant().minus(tombstone).getEpochSecond();
        if (task.timestamp() != null && task.timestamp() < remembered) {
            throw Refusals.gone();
        }
        return new LastOperation(LastOperation.State.SUCCEEDED, type.completed());
    }

    /// The steps of an operation, the latest one when the string is absent or not ours.
    OperationSteps steps(String instanceId, Optional<String> operation, int since) {
        var deployment = Deployments.name(instanceId);
        var context = operation
                .flatMap(OperationData::parse)
                .flatMap(data -> Optional.ofNullable(data.contextId()))
                .or(() -> records.find(deployment)
                        .map(found -> found.value().operation().contextId()))
                .or(() -> director.tasksOfDeployment(deployment, 1).stream()
                        .findFirst()
                        .map(Task::contextId)
                        .filter(id -> !id.isBlank()));
        return steps.of(context.orElseThrow(Refusals::unknown), since);
    }

    private Progress progress(String deployment, OperationData data) {
        var contextId = Objects.requireNonNull(data.contextId());
        return Progress.of(director, deployment, data.type(), contextId, data.plannedDeploys(), data.plannedErrands());
    }
}
