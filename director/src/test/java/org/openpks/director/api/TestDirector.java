package org.openpks.director.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openpks.component.WebComponent;
import org.openpks.component.WithDatabase;
import org.openpks.director.agent.Agent;
import org.openpks.director.cpi.Cpi;
import org.openpks.director.deployment.Deployments;
import org.openpks.director.deployment.Errands;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.settings.DirectorSettings;
import org.openpks.director.task.TaskContext;
import org.openpks.director.task.TaskJob;
import org.openpks.kernel.Fault;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import tools.jackson.databind.JsonNode;

/// The director's API, tasks and stores as they are, over deployments and a cloud in memory.
@WebComponent
@WithDatabase
@ComponentScan({
    "org.openpks.director.access",
    "org.openpks.director.api",
    "org.openpks.director.task",
    "org.openpks.director.release",
    "org.openpks.director.config",
    "org.openpks.director.variable",
    "org.openpks.director.event",
    "org.openpks.director.settings",
    "org.openpks.director.store"
})
@EnableConfigurationProperties(DirectorSettings.class)
class TestDirector {

    static final String INSTANCE = "0f8fad5b-d9cb-469f-a165-70867728950e";

    @Bean
    InMemoryDeployments deployments() {
        return new InMemoryDeployments();
    }

    @Bean
    Errands errands() {
        return deployment -> List.of("smoke-tests");
    }

    @Bean
    InMemoryCloud cloud() {
        return new InMemoryCloud();
    }

    @Bean
    Agent.Agents agents() {
        return cid -> new IdleAgent();
    }

    @Bean
    DeployJob deployJob(InMemoryDeployments deployments) {
        return new DeployJob(deployments);
    }

    @Bean
    TaskJob deleteJob(InMemoryDeployments deployments) {
        return new TaskJob() {
            @Override
            public String type() {
                return "delete_deployment";
            }

            @Override
            public String run(TaskContext context, JsonNode arguments) {
                var name = arguments.path("deployment").asString("");
                deployments.stored.remove(name);
                return "/deployments/" + name;
            }
        };
    }

    /// Deployments that tests see into.
    static final class InMemoryDeployments implements Deployments {
        final Map<String, Deployment> stored = new TreeMap<>();

        @Override
        public synchronized List<Deployment> list() {
            return List.copyOf(stored.values());
        }

        @Override
        public synchronized Optional<Deployment> find(String name) {
            return Optional.ofNullable(stored.get(name));
        }

        @Override
        public synchronized Deployment ensure(String name) {
            return stored.computeIfAbsent(
                    name, key -> new Deployment(key, Optional.empty(), List.of(), List.of(), List.of()));
        }

        synchronized void deployed(String name, String manifest) {
            stored.put(
                    name,
                    new Deployment(name, Optional.of(manifest), List.of("site/1.0"), List.of("stem/1.1"), List.of(1L)));
        }

        @Override
        public List<Instance> instances(String deployment) {
            return List.of(
                    new Instance(
                            deployment,
                            "web",
                            0,
                            INSTANCE,
                            "z1",
                            true,
                            "started",
                            List.of("10.0.0.4"),
                            Optional.of("vm-1"),
                            Optional.of("agent-1"),
                            Optional.of(Instant.parse("2026-01-02T03:04:05.678Z")),
                            Optional.of("disk-1"),
                            "small",
                            Map.of("cpu", 1),
                            false),
                    new Instance(
                            deployment,
                            "smoke-tests",
                            0,
                            "7c9e6679-7425-40de-944b-e07fc1f90ae7",
                            "z1",
                            true,
                            "started",
                            List.of(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            "small",
                            Map.of(),
                            true));
        }
    }

    /// Does what a manifest's key `test` says: waits, fails, or just succeeds.
    static final class DeployJob implements TaskJob {
        static final Map<String, CountDownLatch> GATES = new ConcurrentHashMap<>();
        static final List<String> RUNS = new CopyOnWriteArrayList<>();
        private final InMemoryDeployments deployments;

        DeployJob(InMemoryDeployments deployments) {
            this.deployments = deployments;
        }

        @Override
        public String type() {
            return "update_deployment";
        }

        @Override
        public String run(TaskContext context, JsonNode arguments) throws Exception {
            var name = arguments.path("deployment").asString("");
            var manifest = arguments.path("manifest").asString("");
            RUNS.add(name + ":" + context.id());
            var stage = context.events().stage("Updating instance", List.of("web"), 1);
            stage.step("web/" + INSTANCE + " (0) (canary)", status -> {
                status.accept("executing pre-start");
                if (manifest.contains("test: fail")) {
                    throw new Fault(DirectorFault.INSTANCE_UNKNOWN, "web/0 is not running after update.");
                }
                var gate = GATES.get(name);
                if (gate != null && manifest.contains("test: wait")) {
                    gate.await();
                }
                while (gate != null && !gate.await(20, TimeUnit.MILLISECONDS)) {
                    context.checkpoint();
                }
                return true;
            });
            context.debug("deployed");
            deployments.deployed(name, manifest);
            return "/deployments/" + name;
        }
    }

    /// Remembers what it was asked for.
    static final class InMemoryCloud implements Cpi {
        final List<String> stemcells = new ArrayList<>();

        @Override
        public synchronized String createStemcell(Path image, Map<String, Object> cloudProperties) {
            try {
                stemcells.add(Files.readString(image, StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return "stemcell-" + stemcells.size();
        }

        @Override
        public void deleteStemcell(String stemcellCid) {}

        @Override
        public Vm createVm(VmRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void deleteVm(String vmCid) {}

        @Override
        public boolean hasVm(String vmCid) {
            return false;
        }

        @Override
        public void rebootVm(String vmCid) {}

        @Override
        public void setVmMetadata(String vmCid, Map<String, String> metadata) {}

        @Override
        public String createDisk(int sizeMb, Map<String, Object> cloudProperties, Optional<String> vmCid) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void deleteDisk(String diskCid) {}

        @Override
        public boolean hasDisk(String diskCid) {
            return false;
        }

        @Override
        public void attachDisk(String vmCid, String diskCid) {}

        @Override
        public void detachDisk(String vmCid, String diskCid) {}

        @Override
        public List<String> vms() {
            return List.of();
        }
    }

    /// A machine on which one process runs.
    static final class IdleAgent implements Agent {
        @Override
        public boolean machineRuns() {
            return true;
        }

        @Override
        public void apply(ApplySpec spec) {}

        @Override
        public void runScript(String name, Map<String, String> env) {}

        @Override
        public void drain(String kind, Map<String, String> env) {}

        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public State state() {
            return new State(
                    "running",
                    List.of(new Process("server", "running", 12, 776, 0.1, 0.2)),
                    Map.of(
                            "mem",
                            Map.of("kb", 605008, "percent", 7),
                            "uptime",
                            Map.of("secs", 99),
                            "load",
                            List.of(0.25, 0.5, 1.0)));
        }

        @Override
        public ErrandResult runErrand(String job, Duration timeout) {
            return new ErrandResult(0, "", "");
        }

        @Override
        public ErrandResult exec(List<String> command, Duration timeout) {
            return new ErrandResult(0, "", "");
        }

        @Override
        public String logTail(String job, int lines) {
            return "";
        }

        @Override
        public Path fetchLogs(Path into) {
            try {
                return Files.writeString(into, "logs");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
