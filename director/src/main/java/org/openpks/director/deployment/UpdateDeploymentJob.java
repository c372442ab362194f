package org.openpks.director.deployment;

import java.util.function.Predicate;
import org.openpks.director.config.Configs;
import org.openpks.director.deployment.DeploymentTasks.Update;
import org.openpks.director.deployment.manifest.Manifest;
import org.openpks.director.deployment.step.DeploymentUpdater;
import org.openpks.director.task.TaskContext;
import org.openpks.director.task.TaskJob;
import org.openpks.kernel.Fault;
import tools.jackson.databind.JsonNode;

/// Deploys: brings what is there to what the manifest says. Run again after a crash it goes on where things stand.
final class UpdateDeploymentJob implements TaskJob {

    private final DeploymentJobs jobs;

    UpdateDeploymentJob(DeploymentJobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public String type() {
        return DeploymentTasks.UPDATE_DEPLOYMENT;
    }

    @Override
    public String run(TaskContext task, JsonNode arguments) throws Exception {
        var update = DeploymentTasks.fromJson(arguments, Update.class);
        var name = update.deployment();
        var known = jobs.deployments()
                .find(name)
                .flatMap(Deployments.Deployment::manifest)
                .isPresent();
        return jobs.recorded(task, known ? "update" : "create", "deployment", name, name, () -> deploy(task, update));
    }

    private String deploy(TaskContext task, Update update) throws Exception {
        var text = update.manifest().orElseGet(() -> jobs.storedManifest(update.deployment()));
        var manifest = Manifest.parse(text);
        if (!manifest.name().equals(update.deployment())) {
            throw new Fault(
                    DeploymentFault.BAD_MANIFEST,
                    "The manifest is of deployment '%s', not of '%s'.".formatted(manifest.name(), update.deployment()));
        }
        var cloud = jobs.cloudConfigs(update.cloudConfigIds());
        Predicate<Manifest.InstanceGroup> rendered = group -> !group.errand();
        var prepared = update.manifest().isPresent()
                ? jobs.prepareDeploy(task, manifest, cloud, update.options(), update.state(), rendered)
                : jobs.prepare(task, manifest, cloud, update.options(), update.state(), rendered);
        if (!update.options().dryRun()) {
            // Before the first machine changes, so that one that is made anew after a failure gets what others have.
            jobs.deployments().variables(manifest.name(), prepared.variables());
            new DeploymentUpdater(
                            task,
                            jobs.updater(task, prepared),
                            new DeploymentUpdater.Drains(update.options().skipDrain()))
                    .run(prepared.plan());
            jobs.deployments()
                    .succeeded(
                            manifest.name(),
                            text,
                            prepared.plan().names().releases(),
                            prepared.plan().names().stemcells(),
                            cloud.stream().map(Configs.Config::id).toList());
        }
        return "/deployments/" + manifest.name();
    }
}
