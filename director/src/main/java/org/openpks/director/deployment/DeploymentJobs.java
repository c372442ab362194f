package org.openpks.director.deployment;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.openpks.director.config.Configs;
import org.openpks.director.deployment.DeploymentTasks.Options;
import org.openpks.director.deployment.DeploymentTasks.StateChange;
import org.openpks.director.deployment.instance.Instances;
import org.openpks.director.deployment.manifest.CloudConfig;
import org.openpks.director.deployment.manifest.Interpolation;
import org.openpks.director.deployment.manifest.Manifest;
import org.openpks.director.deployment.manifest.Manifest.InstanceGroup;
import org.openpks.director.deployment.step.InstanceUpdater;
import org.openpks.director.deployment.step.Machines;
import org.openpks.director.deployment.step.Preparation;
import org.openpks.director.event.Events;
import org.openpks.director.task.TaskContext;
import org.openpks.director.template.Redactor;
import org.openpks.director.variable.Variables;
import org.openpks.kernel.Fault;

/// What the kinds of work on deployments have in common.
final class DeploymentJobs {

    private final DeploymentStore deployments;
    private final Instances instances;
    private final Machines machines;
    private final Preparation preparation;
    private final Configs configs;
    private final Variables variables;
    private final Events events;
    private final String director;

    DeploymentJobs(
            DeploymentStore deployments,
            Instances instances,
            Machines machines,
            Preparation preparation,
            Configs configs,
            Variables variables,
            Events events,
            String director) {
        this.deployments = deployments;
        this.instances = instances;
        this.machines = machines;
        this.preparation = preparation;
        this.configs = configs;
        this.variables = variables;
        this.events = events;
        this.director = director;
    }

    DeploymentStore deployments() {
        return deployments;
    }

    Instances instances() {
        return instances;
    }

    Machines machines() {
        return machines;
    }

    Variables variables() {
        return variables;
    }

    String variablePrefix(String deployment) {
        return "/" + director + "/" + deployment + "/";
    }

    Deployments.Deployment require(String name) {
        return deployments.find(name).orElseThrow(() -> unknown(name));
    }

    static Fault unknown(String name) {
        return new Fault(DeploymentFault.UNKNOWN_DEPLOYMENT, "Deployment '%s' doesn't exist".formatted(name));
    }

    /// The manifest of the last successful deploy.
    String storedManifest(String name) {
        return require(name)
                .manifest()
                .orElseThrow(() -> new Fault(
                        DeploymentFault.BAD_MANIFEST,
                        "Deployment '%s' was never deployed successfully; deploy it first.".formatted(name)));
    }

    List<Configs.Config> cloudConfigs(List<Long> ids) {
        if (ids.isEmpty()) {
            return configs.latest("cloud");
        }
        var found = configs.byIds(ids);
        for (var id : ids) {
            if (found.stream().noneMatch(config -> config.id() == id)) {
                throw new Fault(DeploymentFault.UNKNOWN_CONFIG, "Cloud config '%d' doesn't exist".formatted(id));
            }
        }
        return found.stream().filter(config -> config.type().equals("cloud")).toList();
    }

    /// Prepares a deploy, which takes the current versions of all variables.
    Preparation.Prepared prepareDeploy(
            TaskContext task,
            Manifest manifest,
            List<Configs.Config> cloud,
            Options options,
            Optional<StateChange> change,
            Predicate<InstanceGroup> rendered)
            throws Exception {
        return prepare(task, manifest, cloud, Map.of(), options, change, rendered);
    }

    /// Prepares what is done to a deployment as it is: with the versions of variables that its last deploy took.
    Preparation.Prepared prepare(
            TaskContext task,
            Manifest manifest,
            List<Configs.Config> cloud,
            Options options,
            Optional<StateChange> change,
            Predicate<InstanceGroup> rendered)
            throws Exception {
        return prepare(task, manifest, cloud, deployments.variables(manifest.name()), options, change, rendered);
    }

    private Preparation.Prepared prepare(
            TaskContext task,
            Manifest manifest,
            List<Configs.Config> cloud,
            Map<String, String> pinned,
            Options options,
            Optional<StateChange> change,
            Predicate<InstanceGroup> rendered)
            throws Exception {
        return preparation.prepare(
                task,
                new Preparation.Request(
                        manifest,
                        CloudConfig.merge(
                                cloud.stream().map(Configs.Config::content).toList()),
                        variablePrefix(manifest.name()),
                        pinned,
                        deployments.ensure(manifest.name()).manifest().isEmpty(),
                        options,
                        change,
                        rendered));
    }

    /// Does the work between the two events that `bosh events` shows of it.
    String recorded(
            TaskContext task, String action, String type, String object, String deployment, Callable<String> work)
            throws Exception {
        var entry = Events.Entry.of(task.user(), action, type, object).in(task.id(), deployment);
        var first = events.record(entry);
        try {
            var result = work.call();
            events.record(entry.after(first).with(used(deployment)));
            return result;
        } catch (Exception e) {
            // A cancellation interrupts, and an interrupted thread gets no connection.
            boolean interrupted = Thread.interrupted();
            try {
                events.record(entry.after(first).failed(String.valueOf(e.getMessage())));
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            throw e;
        }
    }

    private Map<String, Object> used(String deployment) {
        return deployments
                .find(deployment)
                .<Map<String, Object>>map(
                        found -> Map.of("after", Map.of("releases", found.releases(), "stemcells", found.stemcells())))
                .orElse(Map.of());
    }

    InstanceUpdater updater(TaskContext task, Preparation.Prepared prepared) {
        return new InstanceUpdater(machines, instances, prepared.plan().tags(), prepared::redactor, task::debug);
    }

    /// For work without a manifest: what is secret is asked of the variables.
    InstanceUpdater plainUpdater(TaskContext task, String deployment) {
        return new InstanceUpdater(machines, instances, Map.of(), () -> redactor(deployment), task::debug);
    }

    private Redactor redactor(String deployment) {
        var secrets = new HashSet<String>();
        for (var entry : variables.list(variablePrefix(deployment))) {
            variables.find(entry.name()).ifPresent(found -> Interpolation.collectSecrets(found.value(), secrets));
        }
        return new Redactor(secrets);
    }
}
