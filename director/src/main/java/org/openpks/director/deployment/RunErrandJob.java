package org.openpks.director.deployment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.openpks.director.agent.Agent.ErrandResult;
import org.openpks.director.deployment.DeploymentTasks.Errand;
import org.openpks.director.deployment.DeploymentTasks.Options;
import org.openpks.director.deployment.DeploymentTasks.Target;
import org.openpks.director.deployment.instance.StoredInstance;
import org.openpks.director.deployment.manifest.Manifest;
import org.openpks.director.deployment.manifest.Manifest.InstanceGroup;
import org.openpks.director.deployment.plan.InstancePlan;
import org.openpks.director.deployment.step.DeploymentUpdater;
import org.openpks.director.deployment.step.InstanceUpdater.Next;
import org.openpks.director.deployment.step.Parallel;
import org.openpks.director.task.TaskContext;
import org.openpks.director.task.TaskJob;
import org.openpks.kernel.Fault;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs an errand (docs-bosh, `errands`): a job in place on the instances that have it, or an errand group on a
/// machine made for it.
final class RunErrandJob implements TaskJob {

    private static final Duration TIMEOUT = Duration.ofHours(1);
    private static final int AT_ONCE = 16;
    private static final int OUTPUT_LIMIT = 1024 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final DeploymentJobs jobs;

    RunErrandJob(DeploymentJobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public String type() {
        return DeploymentTasks.RUN_ERRAND;
    }

    @Override
    public String run(TaskContext task, JsonNode arguments) throws Exception {
        var errand = DeploymentTasks.fromJson(arguments, Errand.class);
        return jobs.recorded(
                task, "run", "errand", errand.errand(), errand.deployment(), () -> runErrand(task, errand));
    }

    private String runErrand(TaskContext task, Errand errand) throws Exception {
        var manifest = Manifest.parse(jobs.storedManifest(errand.deployment()));
        var holders = manifest.groups().stream()
                .filter(group ->
                        group.jobs().stream().anyMatch(job -> job.name().equals(errand.errand())))
                .toList();
        var counts = new Counts();
        if (holders.isEmpty()) {
            var group = manifest.group(errand.errand())
                    .filter(InstanceGroup::errand)
                    .orElseThrow(() -> new Fault(
                            DeploymentFault.UNKNOWN_ERRAND, "Errand '%s' doesn't exist".formatted(errand.errand())));
            if (!errand.instances().isEmpty()) {
                throw new Fault(
                        DeploymentFault.ERRAND,
                        "Errand '%s' is an instance group; instances cannot be chosen.".formatted(errand.errand()));
            }
            runGroup(task, errand, manifest, group, group.jobs().getFirst().name(), counts);
        } else {
            var inPlace = new ArrayList<StoredInstance>();
            var chosen = choose(errand, holders);
            for (var group : holders) {
                var own = chosen.stream()
                        .filter(one -> one.group().equals(group.name()))
                        .toList();
                if (group.errand()) {
                    if (!own.isEmpty()) {
                        runGroup(task, errand, manifest, group, errand.errand(), counts);
                    }
                } else {
                    inPlace.addAll(own);
                }
            }
            if (!inPlace.isEmpty()) {
                var stage = task.events().stage("Running errand", List.of(), inPlace.size());
                Parallel.each(
                        inPlace,
                        AT_ONCE,
                        instance -> stage.step(instance.label(), status -> {
                            execute(task, errand.errand(), errand.errand(), instance, counts);
                            return instance;
                        }));
            }
        }
        return counts.toString();
    }

    private List<StoredInstance> choose(Errand errand, List<InstanceGroup> holders) {
        var candidates = jobs.instances().of(errand.deployment()).stream()
                .filter(one -> holders.stream().anyMatch(group -> group.name().equals(one.group())))
                .toList();
        var chosen = candidates;
        if (!errand.instances().isEmpty()) {
            var unmatched = errand.instances().stream()
                    .filter(target -> candidates.stream().noneMatch(one -> matches(target, one, candidates)))
                    .toList();
            if (!unmatched.isEmpty()) {
                throw new Fault(
                        DeploymentFault.ERRAND,
                        "No instances match selection criteria: [%s]"
                                .formatted(String.join(
                                        ", ",
                                        unmatched.stream()
                                                .map(one -> "{group: %s%s}"
                                                        .formatted(
                                                                one.group(),
                                                                one.id()
                                                                        .map(id -> ", id: " + id)
                                                                        .orElse("")))
                                                .toList())));
            }
            chosen = candidates.stream()
                    .filter(one -> errand.instances().stream().anyMatch(target -> matches(target, one, candidates)))
                    .toList();
        }
        for (var one : chosen) {
            if (!one.errand() && (!one.state().equals("started") || one.vm().isEmpty())) {
                throw new Fault(
                        DeploymentFault.ERRAND,
                        "Errand '%s' can not be run on '%s', which is stopped. Start it, or choose other instances."
                                .formatted(errand.errand(), one.label()));
            }
        }
        return chosen;
    }

    private static boolean matches(Target target, StoredInstance one, List<StoredInstance> candidates) {
        if (!target.group().equals(one.group())) {
            return false;
        }
        var id = target.id().filter(text -> !text.isEmpty());
        if (id.isEmpty()) {
            return true;
        }
        if (id.get().equals("first")) {
            return candidates.stream()
                    .filter(other -> other.group().equals(one.group()))
                    .min(Comparator.comparing((StoredInstance other) -> !other.bootstrap())
                            .thenComparing(StoredInstance::index))
                    .filter(one::equals)
                    .isPresent();
        }
        return id.get().equals(one.id()) || id.get().equals(String.valueOf(one.index()));
    }

    /// Makes the machine, runs the errand on its first instance and deletes the machine again.
    private void runGroup(
            TaskContext task, Errand errand, Manifest manifest, InstanceGroup group, String job, Counts counts)
            throws Exception {
        var cloud = jobs.cloudConfigs(jobs.require(errand.deployment()).cloudConfigIds());
        var prepared = jobs.prepare(task, manifest, cloud, Options.none(), Optional.empty(), one -> one.name()
                .equals(group.name()));
        var planned = prepared.plan().groups().stream()
                .filter(one -> one.name().equals(group.name()))
                .findFirst()
                .orElseThrow();
        if (planned.instances().isEmpty()) {
            throw new Fault(DeploymentFault.ERRAND, "Errand group '%s' has no instances.".formatted(group.name()));
        }
        var first = planned.instances().getFirst();
        var updater = jobs.updater(task, prepared);
        new DeploymentUpdater(task, updater, new DeploymentUpdater.Drains(Optional.empty()))
                .createMissing(List.of(first));
        if (first.change() != InstancePlan.Change.NONE) {
            var stage = task.events().stage("Updating instance", List.of(group.name()), 1);
            stage.step(first.stored().label(), status -> {
                updater.update(first, planned.update().updateWatch(), false, status);
                return first;
            });
        }
        try {
            var stage = task.events().stage("Running errand", List.of(), 1);
            stage.step(first.stored().label(), status -> {
                var instance = jobs.instances().find(first.stored().id()).orElseThrow();
                execute(task, errand.errand(), job, instance, counts);
                return first;
            });
        } finally {
            if (!errand.keepAlive()) {
                var stage = task.events().stage("Deleting errand instances", List.of(group.name()), 1);
                stage.step(first.stored().label(), status -> {
                    var instance = jobs.instances().find(first.stored().id()).orElseThrow();
                    updater.stopAndRemoveMachine(instance, Next.DELETE_VM, status);
                    return first;
                });
            }
        }
    }

    private void execute(TaskContext task, String errand, String job, StoredInstance instance, Counts counts) {
        task.checkpoint();
        long began = System.nanoTime();
        ErrandResult result = jobs.machines().agent(instance).runErrand(job, TIMEOUT);
        task.debug("%s: errand %s ended with %d after %d ms"
                .formatted(instance.label(), errand, result.exitCode(), (System.nanoTime() - began) / 1_000_000));
        counts.add(result.exitCode());
        var line = new LinkedHashMap<String, Object>();
        line.put("instance", Map.of("group", instance.group(), "id", instance.id()));
        line.put("errand_name", errand);
        line.put("exit_code", result.exitCode());
        line.put("stdout", cut(result.stdout()));
        line.put("stderr", cut(result.stderr()));
        task.result(JSON.writeValueAsString(line));
    }

    private static String cut(String text) {
        return text.length() <= OUTPUT_LIMIT ? text : text.substring(text.length() - OUTPUT_LIMIT);
    }

    private static final class Counts {
        private final AtomicInteger succeeded = new AtomicInteger();
        private final AtomicInteger errored = new AtomicInteger();
        private final AtomicInteger canceled = new AtomicInteger();

        void add(int exitCode) {
            (exitCode == 0 ? succeeded : exitCode > 128 ? canceled : errored).incrementAndGet();
        }

        @Override
        public String toString() {
            return "%d succeeded, %d errored, %d canceled".formatted(succeeded.get(), errored.get(), canceled.get());
        }
    }
}
