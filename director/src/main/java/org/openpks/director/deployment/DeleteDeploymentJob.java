package org.openpks.director.deployment;

import java.util.List;
import org.openpks.director.deployment.DeploymentTasks.Delete;
import org.openpks.director.deployment.step.InstanceUpdater.Next;
import org.openpks.director.deployment.step.Parallel;
import org.openpks.director.task.TaskContext;
import org.openpks.director.task.TaskJob;
import tools.jackson.databind.JsonNode;

/// Deletes a deployment with all that it has: machines, disks, addresses, variables. What is gone already is no
/// error.
final class DeleteDeploymentJob implements TaskJob {

    private static final int AT_ONCE = 16;

    private final DeploymentJobs jobs;

    DeleteDeploymentJob(DeploymentJobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public String type() {
        return DeploymentTasks.DELETE_DEPLOYMENT;
    }

    @Override
    public String run(TaskContext task, JsonNode arguments) throws Exception {
        var delete = DeploymentTasks.fromJson(arguments, Delete.class);
        var name = delete.deployment();
        return jobs.recorded(task, "delete", "deployment", name, name, () -> delete(task, delete));
    }

    private String delete(TaskContext task, Delete delete) throws Exception {
        var name = delete.deployment();
        var instances = jobs.instances().of(name);
        if (!instances.isEmpty()) {
            var updater = jobs.plainUpdater(task, name);
            var stage = task.events().stage("Deleting instances", List.of(), instances.size());
            Parallel.each(
                    instances,
                    AT_ONCE,
                    instance -> stage.step(instance.label(), status -> {
                        updater.delete(instance, Next.DELETE_DEPLOYMENT, true, delete.force(), false, status);
                        return instance;
                    }));
        }
        var artifacts = task.events().stage("Removing deployment artifacts", List.of(), 2);
        artifacts.step("Detaching stemcells", () -> null);
        artifacts.step("Detaching releases", () -> null);
        var properties = task.events().stage("Deleting properties", List.of(), 2);
        properties.step("Deleting dynamic disks", () -> {
            // Disks that an earlier scale-down kept belong to a deployment that nobody can come back to.
            for (var disk : jobs.instances().orphanDisks()) {
                if (disk.deployment().equals(name)) {
                    jobs.machines().deleteOrphan(disk.cid());
                }
            }
            return null;
        });
        properties.step("Destroying deployment", () -> {
            jobs.variables().deleteByPrefix(jobs.variablePrefix(name));
            jobs.deployments().remove(name);
            return null;
        });
        return "/deployments/" + name;
    }
}
