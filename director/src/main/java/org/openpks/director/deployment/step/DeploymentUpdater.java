package org.openpks.director.deployment.step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openpks.director.deployment.instance.StoredInstance;
import org.openpks.director.deployment.plan.DeploymentPlan;
import org.openpks.director.deployment.plan.InstancePlan;
import org.openpks.director.deployment.plan.InstancePlan.Change;
import org.openpks.director.task.EventLog;
import org.openpks.director.task.TaskContext;

/// Carries a plan out, in BOSH's order (docs-bosh, `job-lifecycle`).
public final class DeploymentUpdater {

    private static final int MACHINES_AT_ONCE = 16;

    private final TaskContext task;
    private final InstanceUpdater updater;
    private final Drains drains;

    /// @param skip `*`, or groups and `group/uuid`, separated by commas
    public record Drains(Optional<String> skip) {
        boolean skips(StoredInstance instance) {
            return skip.map(text -> List.of(text.split(","))).orElse(List.of()).stream()
                    .anyMatch(one -> one.equals("*")
                            || one.equals(instance.group())
                            || one.equals(instance.group() + "/" + instance.id()));
        }
    }

    public DeploymentUpdater(TaskContext task, InstanceUpdater updater, Drains drains) {
        this.task = task;
        this.updater = updater;
        this.drains = drains;
    }

    public void run(DeploymentPlan plan) throws Exception {
        boolean changes = plan.changesSomething();
        deleteInstances(plan.unneeded(), List.of(), MACHINES_AT_ONCE);
        createMissing(plan.groups().stream()
                .filter(group -> !group.definition().errand())
                .flatMap(group -> group.instances().stream())
                .toList());
        tellNames(plan);
        // Cheap, and so it needs no note of what the machines were told last.
        Parallel.each(plan.instances(), MACHINES_AT_ONCE, updater::describe);
        for (var batch : plan.batches()) {
            task.checkpoint();
            Parallel.each(batch, batch.size(), group -> update(plan, group));
        }
        if (changes) {
            postDeploy(plan);
        }
    }

    /// Deletes instances that are no longer wanted; their disks become orphans.
    private void deleteInstances(List<StoredInstance> unneeded, List<String> tags, int limit) throws Exception {
        if (unneeded.isEmpty()) {
            return;
        }
        var stage = task.events().stage("Deleting unneeded instances", tags, unneeded.size());
        Parallel.each(
                unneeded,
                limit,
                instance -> stage.step(instance.label(), status -> {
                    updater.delete(
                            instance,
                            InstanceUpdater.Next.DELETE_INSTANCE,
                            false,
                            false,
                            drains.skips(instance),
                            status);
                    return instance;
                }));
    }

    /// Makes all machines that are missing, before any job starts.
    public void createMissing(List<InstancePlan> plans) throws Exception {
        var missing =
                plans.stream().filter(plan -> plan.change().needsMachine()).toList();
        if (missing.isEmpty()) {
            return;
        }
        var stage = task.events().stage("Creating missing vms", List.of(), missing.size());
        Parallel.each(
                missing,
                MACHINES_AT_ONCE,
                plan -> stage.step(plan.stored().label(), status -> {
                    updater.create(plan);
                    return plan;
                }));
    }

    private void tellNames(DeploymentPlan plan) throws Exception {
        var told = plan.instances().stream()
                .filter(one -> one.change() == Change.HOSTS)
                .toList();
        if (!told.isEmpty()) {
            Parallel.each(told, MACHINES_AT_ONCE, updater::applyHosts);
        }
    }

    private void update(DeploymentPlan plan, DeploymentPlan.Group group) throws Exception {
        deleteInstances(
                group.obsolete(),
                List.of(group.name()),
                group.update().inFlight(group.instances().size()));
        var zones = group.turns(plan.first() && group.update().parallelZonesAtFirst());
        int total = zones.stream().mapToInt(List::size).sum();
        if (total == 0) {
            return;
        }
        var stage = task.events().stage("Updating instance", List.of(group.name()), total);
        boolean first = true;
        for (var zone : zones) {
            task.checkpoint();
            int canaries = first ? Math.min(group.update().canaries().of(zone.size()), zone.size()) : 0;
            first = false;
            int inFlight = group.update().inFlight(zone.size());
            if (canaries > 0) {
                turn(stage, zone.subList(0, canaries), inFlight, group.update().canaryWatch(), " (canary)");
                task.checkpoint();
            }
            turn(
                    stage,
                    zone.subList(canaries, zone.size()),
                    inFlight,
                    group.update().updateWatch(),
                    "");
        }
    }

    private void turn(EventLog.Stage stage, List<InstancePlan> plans, int limit, Duration watch, String suffix)
            throws Exception {
        if (plans.isEmpty()) {
            return;
        }
        Parallel.each(
                plans,
                limit,
                plan -> stage.step(plan.stored().label() + suffix, status -> {
                    updater.update(plan, watch, drains.skips(plan.stored()), status);
                    return plan;
                }));
    }

    /// Once, on all machines, when everything is up.
    private void postDeploy(DeploymentPlan plan) throws Exception {
        var plans = new ArrayList<InstancePlan>();
        for (var group : plan.groups()) {
            if (!group.definition().errand()) {
                group.instances().stream()
                        .filter(one -> one.stored().state().equals("started"))
                        .filter(one -> one.contents().scripts().contains("post-deploy"))
                        .forEach(plans::add);
            }
        }
        if (!plans.isEmpty()) {
            Parallel.each(plans, MACHINES_AT_ONCE, updater::postDeploy);
        }
    }
}
