package org.openpks.director.deployment.step;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.openpks.director.agent.Agent;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.director.deployment.instance.Instances;
import org.openpks.director.deployment.instance.StoredInstance;
import org.openpks.director.deployment.plan.InstancePlan;
import org.openpks.director.deployment.plan.InstancePlan.Change;
import org.openpks.director.template.Redactor;
import org.openpks.kernel.Fault;

/// Takes one instance through its life: stop, apply, start (docs-bosh, `job-lifecycle`).
public final class InstanceUpdater {

    private static final Duration POLL = Duration.ofMillis(50);
    private static final int LOG_LINES = 20;

    private final Machines machines;
    private final Instances instances;
    private final Map<String, String> tags;
    private final Supplier<Redactor> redactor;
    private final Consumer<String> debug;
    /// Instances whose machine got its jobs in this run already, with everything else that is new.
    private final Set<String> applied = ConcurrentHashMap.newKeySet();

    /// @param redactor asked for when something fails, to keep secrets out of what is told about it
    public InstanceUpdater(
            Machines machines,
            Instances instances,
            Map<String, String> tags,
            Supplier<Redactor> redactor,
            Consumer<String> debug) {
        this.machines = machines;
        this.instances = instances;
        this.tags = tags;
        this.redactor = redactor;
        this.debug = debug;
    }

    /// Whether the machine, the instance and the deployment will still be there after a stop: what pre-stop scripts
    /// are told.
    public enum Next {
        KEEP,
        DELETE_VM,
        DELETE_INSTANCE,
        DELETE_DEPLOYMENT;

        Map<String, String> environment(StoredInstance instance, int nextDiskMb) {
            var environment = new LinkedHashMap<String, String>();
            environment.put("BOSH_VM_NEXT_STATE", this == KEEP ? "keep" : "delete");
            environment.put(
                    "BOSH_INSTANCE_NEXT_STATE",
                    this == DELETE_INSTANCE || this == DELETE_DEPLOYMENT ? "delete" : "keep");
            environment.put("BOSH_DEPLOYMENT_NEXT_STATE", this == DELETE_DEPLOYMENT ? "delete" : "keep");
            int disk = instance.disk().map(StoredInstance.Disk::sizeMb).orElse(0);
            environment.put("BOSH_JOB_STATE", "{\"persistent_disk\":%d}".formatted(disk));
            environment.put("BOSH_JOB_NEXT_STATE", "{\"persistent_disk\":%d}".formatted(nextDiskMb));
            return environment;
        }
    }

    /// Makes the machine with its disk and puts the jobs on it. Nothing is started.
    public void create(InstancePlan plan) {
        var instance = timed(plan.stored(), "create vm", () -> machines.provide(plan, tags));
        apply(plan.withStored(instance));
    }

    private void apply(InstancePlan plan) {
        var instance = plan.stored();
        var vm = instance.vm().orElseThrow();
        // Which scripts there are is known from here on, also to a delete after a crash.
        instances.vmApplied(
                vm.agentId(),
                vm.applied(),
                Optional.of(plan.contents().hostsDigest()),
                plan.contents().scripts());
        timed(instance, "apply", () -> {
            machines.agent(instance).apply(plan.applySpec());
            return null;
        });
        applied.add(instance.id());
    }

    /// Gives a machine that is there the deployment's tags; nothing is stopped.
    public void describe(InstancePlan plan) {
        machines.describe(plan.stored(), tags);
    }

    /// Tells a machine new names of others; nothing is stopped.
    public void applyHosts(InstancePlan plan) {
        var vm = plan.stored().vm().orElseThrow();
        machines.agent(plan.stored()).apply(plan.applySpec());
        instances.vmApplied(
                vm.agentId(),
                vm.applied(),
                Optional.of(plan.contents().hostsDigest()),
                plan.contents().scripts());
    }

    /// Brings the instance to its plan.
    /// @param watch how long its jobs may take until they run
    public void update(InstancePlan plan, Duration watch, boolean skipDrain, Consumer<String> status) {
        var change = plan.change();
        var instance = machines.reload(plan.stored());
        if (instance.completed() && change != Change.NONE) {
            instances.setCompleted(instance.id(), false);
        }
        switch (change) {
            case NONE, HOSTS -> {}
            case STOP -> {
                stop(instance, Next.KEEP, disk(instance), "job_shutdown", skipDrain, status);
                instances.setCompleted(instance.id(), true);
            }
            case DETACH -> {
                stopIfThere(instance, Next.DELETE_VM, skipDrain, status);
                machines.removeMachine(instance);
                instances.setCompleted(instance.id(), true);
            }
            case RECREATE -> {
                stopIfThere(instance, Next.DELETE_VM, skipDrain, status);
                machines.removeMachine(instance);
                var made = plan.withStored(machines.reload(instance));
                create(made);
                finish(made, watch, status);
            }
            case UPDATE -> {
                requireAnswer(instance);
                stop(instance, Next.KEEP, disk(instance), "job_changed", skipDrain, status);
                status.accept("installing packages");
                var withDisk = plan.withStored(machines.provideDisk(plan.withStored(instance)));
                status.accept("configuring jobs");
                apply(withDisk);
                finish(withDisk, watch, status);
            }
            case CREATE -> {
                if (!applied.contains(instance.id())) {
                    status.accept("installing packages");
                    create(plan.withStored(instance));
                }
                finish(plan, watch, status);
            }
        }
    }

    private static int disk(StoredInstance instance) {
        return instance.disk().map(StoredInstance.Disk::sizeMb).orElse(0);
    }

    private void finish(InstancePlan plan, Duration watch, Consumer<String> status) {
        var instance = machines.reload(plan.stored());
        if (plan.stored().state().equals("stopped")) {
            completed(plan, instance);
            return;
        }
        var agent = machines.agent(instance);
        var scripts = plan.contents().scripts();
        if (scripts.contains("pre-start")) {
            status.accept("executing pre-start");
            script(agent, instance, "pre-start", Map.of());
        }
        status.accept("starting jobs");
        timed(instance, "start", () -> {
            agent.start();
            return null;
        });
        timed(instance, "wait until running", () -> {
            awaitRunning(agent, plan, watch);
            return null;
        });
        if (scripts.contains("post-start")) {
            status.accept("executing post-start");
            script(agent, instance, "post-start", Map.of());
        }
        completed(plan, instance);
    }

    private void completed(InstancePlan plan, StoredInstance instance) {
        var contents = plan.contents();
        instances.vmApplied(
                instance.vm().orElseThrow().agentId(),
                Optional.of(contents.digest(plan.stored(), plan.disk())),
                Optional.of(contents.hostsDigest()),
                contents.scripts());
        instances.setCompleted(instance.id(), true);
    }

    private void script(Agent agent, StoredInstance instance, String name, Map<String, String> environment) {
        timed(instance, name, () -> {
            agent.runScript(name, environment);
            return null;
        });
    }

    /// A poll of some milliseconds takes the place of BOSH's first sleep of the minimum watch time: the answer
    /// `running` ends it.
    private void awaitRunning(Agent agent, InstancePlan plan, Duration watch) throws InterruptedException {
        long deadline = System.nanoTime() + watch.toNanos();
        var state = agent.state();
        while (!state.running()) {
            if (System.nanoTime() - deadline >= 0) {
                throw notRunning(agent, plan, state);
            }
            Thread.sleep(POLL);
            state = agent.state();
        }
    }

    private Fault notRunning(Agent agent, InstancePlan plan, Agent.State state) {
        var failed = state.processes().stream()
                .filter(process -> !process.state().equals("running"))
                .map(Agent.Process::name)
                .sorted()
                .toList();
        var detail = new StringBuilder();
        for (var job : jobsOf(plan, failed)) {
            var tail = agent.logTail(job, LOG_LINES);
            if (!tail.isBlank()) {
                detail.append("last lines of ")
                        .append(job)
                        .append(":\n")
                        .append(redactor.get().redact(tail))
                        .append('\n');
            }
        }
        var review = failed.isEmpty() ? state.jobState() : String.join(", ", failed);
        return new Fault(
                DeploymentFault.NOT_RUNNING,
                "'%s' is not running after update. Review logs for failed jobs: %s"
                        .formatted(plan.stored().label(), review),
                detail.toString().strip());
    }

    private static Set<String> jobsOf(InstancePlan plan, List<String> processes) {
        var jobs = new LinkedHashSet<String>();
        plan.contents().jobs().forEach((name, job) -> {
            var monit = job.files().getOrDefault("monit", "");
            if (processes.stream()
                    .anyMatch(process -> process.equals(name) || monit.contains("check process " + process))) {
                jobs.add(name);
            }
        });
        return jobs;
    }

    private void requireAnswer(StoredInstance instance) {
        if (machines.agent(instance).state().jobState().equals("unresponsive agent")) {
            throw new Fault(
                    DeploymentFault.UNRESPONSIVE,
                    "Timed out sending 'get_state' to instance: '%s', agent-id: '%s'. Deploy with fix to replace its machine."
                            .formatted(
                                    instance.label(),
                                    instance.vm().orElseThrow().agentId()));
        }
    }

    private void stopIfThere(StoredInstance instance, Next next, boolean skipDrain, Consumer<String> status) {
        boolean hasRun = instance.vm().flatMap(StoredInstance.Vm::cid).isPresent()
                && instance.vm().flatMap(StoredInstance.Vm::applied).isPresent();
        if (hasRun && !machines.agent(instance).state().jobState().equals("unresponsive agent")) {
            int nextDisk = next == Next.DELETE_INSTANCE || next == Next.DELETE_DEPLOYMENT ? 0 : disk(instance);
            stop(instance, next, nextDisk, "job_shutdown", skipDrain, status);
        }
    }

    private void stop(
            StoredInstance instance, Next next, int nextDisk, String kind, boolean skipDrain, Consumer<String> status) {
        var agent = machines.agent(instance);
        var scripts = instance.vm().map(StoredInstance.Vm::scripts).orElse(List.of());
        var environment = next.environment(instance, nextDisk);
        if (skipDrain) {
            status.accept("skipped pre-stop & drain");
        } else {
            if (scripts.contains("pre-stop")) {
                status.accept("executing pre-stop");
                script(agent, instance, "pre-stop", environment);
            }
            if (scripts.contains("drain")) {
                status.accept("executing drain");
                timed(instance, "drain", () -> {
                    agent.drain(kind, environment);
                    return null;
                });
            }
        }
        // When the whole deployment goes and no script waits for the end of the jobs, the machine's end is theirs.
        if (next == Next.DELETE_DEPLOYMENT && !scripts.contains("post-stop")) {
            return;
        }
        status.accept("stopping jobs");
        timed(instance, "stop", () -> {
            agent.stop();
            return null;
        });
        if (scripts.contains("post-stop")) {
            status.accept("executing post-stop");
            script(agent, instance, "post-stop", environment);
        }
    }

    /// Ends an instance for good: stopped, machine deleted, forgotten.
    /// @param deleteDisk false keeps its disk on the list of orphans
    /// @param force goes on when a script or the agent fails
    public void delete(
            StoredInstance given,
            Next next,
            boolean deleteDisk,
            boolean force,
            boolean skipDrain,
            Consumer<String> status) {
        var instance = machines.observe(given);
        try {
            stopIfThere(instance, next, skipDrain, status);
        } catch (Fault e) {
            if (!force) {
                throw e;
            }
            debug.accept("%s: stop failed and is passed over: %s"
                    .formatted(instance.label(), redactor.get().redact(e.userMessage())));
        }
        timed(instance, "delete", () -> {
            machines.removeInstance(instance, deleteDisk);
            return null;
        });
    }

    /// Stops the jobs and deletes the machine; the instance stays.
    public void stopAndRemoveMachine(StoredInstance given, Next next, Consumer<String> status) {
        var instance = machines.observe(given);
        stopIfThere(instance, next, false, status);
        machines.removeMachine(instance);
        instances.setCompleted(instance.id(), false);
    }

    /// Runs post-deploy where a job has it.
    public void postDeploy(InstancePlan plan) {
        var instance = machines.reload(plan.stored());
        script(machines.agent(instance), instance, "post-deploy", Map.of());
    }

    @FunctionalInterface
    private interface Work<T extends @org.jspecify.annotations.Nullable Object> {
        T run() throws InterruptedException;
    }

    private <T extends @org.jspecify.annotations.Nullable Object> T timed(
            StoredInstance instance, String step, Work<T> work) {
        long began = System.nanoTime();
        try {
            return work.run();
        } catch (Fault e) {
            // Scripts print what they like, and faults quote them.
            var without = redactor.get();
            throw new Fault(e.code(), without.redact(e.userMessage()), without.redact(e.detail()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during " + step, e);
        } finally {
            debug.accept(
                    "%s: %s took %d ms".formatted(instance.label(), step, (System.nanoTime() - began) / 1_000_000));
        }
    }
}
