package org.openpks.director.deployment;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.openpks.director.deployment.DeploymentTasks.ScanAndFix;
import org.openpks.director.deployment.instance.Instances;
import org.openpks.director.deployment.step.Machines;
import org.openpks.director.task.TaskState;
import org.openpks.director.task.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Looks for machines that died and has them booted again, as BOSH's health monitor does (docs-bosh,
/// `resurrector`).
///
/// A deployment that a task works on is left alone: that task may have ended its machines itself. Unlike BOSH's, it
/// does not hold back when many machines are gone at once: on one machine that is what a restart of it looks like.
final class Resurrector implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Resurrector.class);
    private static final String USER = "health_monitor";

    private final Deployments deployments;
    private final Instances instances;
    private final Machines machines;
    private final Tasks tasks;
    private final Duration interval;
    private volatile boolean active;
    private Thread thread = Thread.currentThread();

    Resurrector(Deployments deployments, Instances instances, Machines machines, Tasks tasks, Duration interval) {
        this.deployments = deployments;
        this.instances = instances;
        this.machines = machines;
        this.tasks = tasks;
        this.interval = interval;
    }

    @Override
    public void start() {
        if (interval.isPositive()) {
            active = true;
            thread = Thread.ofVirtual().name("resurrector").start(this::watch);
        }
    }

    @Override
    public void stop() {
        active = false;
        thread.interrupt();
    }

    @Override
    public boolean isRunning() {
        return active;
    }

    private void watch() {
        while (active) {
            try {
                look();
                Thread.sleep(interval);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (active) {
                    log.atWarn().addKeyValue("cause", e.getMessage()).log("Could not look for machines that died");
                }
            }
        }
    }

    /// Asks for a repair of every deployment that has machines down and nobody at work on it.
    void look() {
        for (var deployment : deployments.list()) {
            var name = deployment.name();
            if (isBusy(name)) {
                continue;
            }
            var down = instances.of(name).stream().filter(machines::isDown).toList();
            // A task that began meanwhile may be what ended them.
            if (!down.isEmpty() && !isBusy(name)) {
                log.atWarn()
                        .addKeyValue("deployment", name)
                        .addKeyValue(
                                "instances",
                                down.stream()
                                        .map(one -> one.group() + "/" + one.id())
                                        .collect(Collectors.joining(",")))
                        .log("Machines died and are booted again");
                tasks.enqueue(new Tasks.Request(
                        DeploymentTasks.SCAN_AND_FIX,
                        "scan and fix",
                        USER,
                        Optional.of(name),
                        Optional.empty(),
                        Optional.of(name),
                        DeploymentTasks.toJson(new ScanAndFix(name))));
            }
        }
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
