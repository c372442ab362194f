package org.openpks.director.deployment;

import java.util.List;
import java.util.Optional;
import org.openpks.director.deployment.DeploymentTasks.InstanceAction;
import org.openpks.director.deployment.DeploymentTasks.Options;
import org.openpks.director.deployment.DeploymentTasks.StateChange;
import org.openpks.director.deployment.manifest.Manifest;
import org.openpks.director.deployment.plan.InstancePlan;
import org.openpks.director.task.TaskContext;
import org.openpks.director.task.TaskJob;
import org.openpks.kernel.Fault;
import tools.jackson.databind.JsonNode;

/// Starts, stops, restarts or recreates one instance and leaves all others alone.
final class UpdateInstanceJob implements TaskJob {

    private final DeploymentJobs jobs;

    UpdateInstanceJob(DeploymentJobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public String type() {
        return DeploymentTasks.UPDATE_INSTANCE;
    }

    @Override
    public String run(TaskContext task, JsonNode arguments) throws Exception {
        var action = DeploymentTasks.fromJson(arguments, InstanceAction.class);
        var manifest = Manifest.parse(jobs.storedManifest(action.deployment()));
        var group = manifest.group(action.group())
                .orElseThrow(() -> new Fault(
                        DeploymentFault.UNKNOWN_INSTANCE,
                        "Instance '%s/%s' doesn't exist".formatted(action.group(), action.instance())));
        if (group.errand()) {
            throw new Fault(
                    DeploymentFault.INVALID_VALUE,
                    "Isolated %s can not be run on instances of type errand. Try the bosh run-errand command."
                            .formatted(action.action()));
        }
        var target =
                switch (action.action()) {
                    case "start" -> "started";
                    case "stop" -> action.hard() ? "detached" : "stopped";
                    case "restart", "recreate" -> action.action();
                    default ->
                        throw new Fault(
                                DeploymentFault.INVALID_VALUE, "An action is start, stop, restart or recreate.");
                };
        var prepared = jobs.prepare(
                task,
                manifest,
                jobs.cloudConfigs(jobs.require(action.deployment()).cloudConfigIds()),
                Options.none(),
                Optional.of(new StateChange(action.group(), Optional.of(action.instance()), target)),
                one -> one.name().equals(action.group()));
        var planned = prepared.plan().groups().stream()
                .filter(one -> one.name().equals(action.group()))
                .findFirst()
                .orElseThrow();
        InstancePlan plan = planned.instances().stream()
                .filter(one -> one.stored().id().equals(action.instance())
                        || String.valueOf(one.stored().index()).equals(action.instance()))
                .findFirst()
                .orElseThrow();
        var updater = jobs.updater(task, prepared);
        var label = plan.stored().group() + "/" + plan.stored().id();
        var stage = task.events().stage("Updating instance " + label, List.of(), 1);
        stage.step(title(action.action()), status -> {
            updater.update(plan, planned.update().updateWatch(), action.skipDrain(), status);
            return plan;
        });
        return label;
    }

    private static String title(String action) {
        return switch (action) {
            case "start" -> "Starting instance";
            case "stop" -> "Stopping instance";
            case "restart" -> "Restarting instance";
            default -> "Recreating instance";
        };
    }
}
