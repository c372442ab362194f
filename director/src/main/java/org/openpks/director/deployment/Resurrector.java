package org.openpks.director.deployment;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.openpks.component.Watch;
import org.openpks.director.deployment.DeploymentTasks.ScanAndFix;
import org.openpks.director.deployment.instance.Instances;
import org.openpks.director.deployment.instance.StoredInstance;
import org.openpks.director.deployment.step.Machines;
import org.openpks.director.task.TaskState;
import org.openpks.director.task.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks for machines that died and has them booted again, as BOSH's health monitor does (docs-bosh,
/// `resurrector`).
///
/// A deployment that a task works on is left alone: that task may have ended its machines itself. Unlike BOSH's, it
/// does not hold back when many machines are gone at once: on one machine that is what a restart of it looks like.
/// A deployment whose delete did not come to its end is left alone too: what is missing there is meant to be gone.
///
/// When the same machines stay down, the next try waits 5 s, then twice as long each time, at most 10 min.
final class Resurrector extends Watch {

    private static final Logger log = LoggerFactory.getLogger(Resurrector.class);
    private static final String USER = "health_monitor";
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    /// The tasks that say what a deployment is meant to be.
    private static final Set<String> CHANGES = Set.of(
            DeploymentTasks.UPDATE_DEPLOYMENT, DeploymentTasks.DELETE_DEPLOYMENT, DeploymentTasks.UPDATE_INSTANCE);

    /// The last try for a deployment.
    /// @param instances the ids of those that were down
    private record Try(Set<String> instances, Instant next, Duration pause) {}

    private final Deployments deployments;
    private final Instances instances;
    private final Machines machines;
    private final Tasks tasks;
    private final InstantSource clock;
    /// By deployment; of the watching thread alone.
    private final Map<String, Try> tries = new HashMap<>();

    Resurrector(
            Deployments deployments,
            Instances instances,
            Machines machines,
            Tasks tasks,
            Duration interval,
            InstantSource clock) {
        super("resurrector", interval, "Could not look for machines that died");
        this.deployments = deployments;
        this.instances = instances;
        this.machines = machines;
        this.tasks = tasks;
        this.clock = clock;
    }

    /// Asks for a repair of every deployment that has machines down and nobody at work on it. What fails for one
    /// deployment keeps no other from it.
    @Override
    protected void look() {
        var names =
                deployments.list().stream().map(Deployments.Deployment::name).toList();
        tries.keySet().retainAll(names);
        for (var name : names) {
            try {
                look(name);
            } catch (RuntimeException e) {
                if (!stopped()) {
                    log.atWarn()
                            .addKeyValue("deployment", name)
                            .addKeyValue("cause", e.getMessage())
                            .log("Could not look for machines of a deployment that died");
                }
            }
        }
    }

    private void look(String name) {
        if (isBusy(name)) {
            return;
        }
        var down = instances.of(name).stream().filter(machines::isDown).toList();
        if (down.isEmpty()) {
            tries.remove(name);
            return;
        }
        var ids = down.stream().map(StoredInstance::id).collect(Collectors.toSet());
        var now = clock.instant();
        var last = Optional.ofNullable(tries.get(name))
                .filter(earlier -> earlier.instances().containsAll(ids));
        if (last.isPresent() && now.isBefore(last.get().next())) {
            return;
        }
        // A task that began meanwhile may be what ended them.
        if (isBusy(name) || isHalfDeleted(name)) {
            return;
        }
        log.atWarn()
                .addKeyValue("deployment", name)
                .addKeyValue(
                        "instances",
                        down.stream().map(one -> one.group() + "/" + one.id()).collect(Collectors.joining(",")))
                .log("Machines died and are booted again");
        tasks.enqueue(new Tasks.Request(
                DeploymentTasks.SCAN_AND_FIX,
                "scan and fix",
                USER,
                Optional.of(name),
                Optional.empty(),
                Optional.of(name),
                DeploymentTasks.toJson(new ScanAndFix(name))));
        var pause = last.map(earlier -> earlier.pause().multipliedBy(2)).orElse(FIRST_PAUSE);
        var limited = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        tries.put(name, new Try(ids, now.plus(limited), limited));
    }

    private boolean isHalfDeleted(String deployment) {
        return tasks
                .find(new Tasks.Query(
                        TaskState.FINAL, CHANGES, Optional.of(deployment), Optional.empty(), Optional.of(1)))
                .stream()
                .anyMatch(task ->
                        task.type().equals(DeploymentTasks.DELETE_DEPLOYMENT) && task.state() != TaskState.DONE);
    }

    private boolean isBusy(String deployment) {
        return !tasks.find(new Tasks.Query(
                        Set.of(TaskState.QUEUED, TaskState.PROCESSING, TaskState.CANCELLING),
                        Set.of(),
                        Optional.of(deployment),
                        Optional.empty(),
                        Optional.of(1)))
                .isEmpty();
    }
}
