package org.openpks.director.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.openpks.director.agent.Agent.Agents;
import org.openpks.director.config.Configs;
import org.openpks.director.cpi.Cpi;
import org.openpks.director.deployment.DeploymentTasks.Options;
import org.openpks.director.deployment.instance.InMemoryInstances;
import org.openpks.director.deployment.instance.Instances;
import org.openpks.director.deployment.manifest.Yaml;
import org.openpks.director.deployment.step.Machines;
import org.openpks.director.deployment.step.Preparation;
import org.openpks.director.event.Events;
import org.openpks.director.release.Releases;
import org.openpks.director.release.Stemcells;
import org.openpks.director.template.TemplateRenderer;
import org.openpks.director.variable.Variables;

/// A director with its neighbours in memory. What must survive a crash is here; the director itself is made anew
/// for every task.
final class World {

    final FakeCloud cloud = new FakeCloud();
    Instances instances = new InMemoryInstances();
    DeploymentStore deployments = new InMemoryDeployments();
    final Map<String, Variables.Variable> variables = new ConcurrentHashMap<>();
    /// Versions that are not current any more.
    final List<Variables.Variable> earlier = new ArrayList<>();
    final Map<String, Releases.Job> jobs = new TreeMap<>();
    final Map<String, Releases.Package> packages = new TreeMap<>();
    String cloudConfig = """
            azs: [{name: z1}, {name: z2}, {name: z3}]
            vm_types: [{name: small, cloud_properties: {cpu: 1}}, {name: large, cloud_properties: {cpu: 2}}]
            disk_types: [{name: d, disk_size: 1024}]
            networks:
            - name: default
              subnets:
              - {range: 10.0.0.0/24, gateway: 10.0.0.1, azs: [z1, z2, z3], static: [10.0.0.200-10.0.0.220], cloud_properties: {bridge: b}}
            """;
    final List<String> events = new ArrayList<>();
    TemplateRenderer renderer = new PlainRenderer();
    String release = "r/1";
    String operatingSystem = "debian";
    private final Path directory;

    World(Path directory) {
        this.directory = directory;
        job(
                "server",
                "{properties: {port: {default: 80}, password: {default: x}}, packages: [tool]}",
                Map.of("bin/run", "run"));
        packages.put("tool", new Releases.Package("tool", "f1", "", directory, List.of(), ""));
    }

    /// Adds a job whose templates are files with the given texts by destination.
    void job(String name, String spec, Map<String, String> templates) {
        try {
            var home = directory.resolve(name);
            Files.createDirectories(home.resolve("templates"));
            var fields = new LinkedHashMap<>(Yaml.hash(spec, "spec"));
            var sources = new LinkedHashMap<String, Object>();
            for (var template : templates.entrySet()) {
                var source = template.getKey().replace('/', '_') + ".erb";
                Files.writeString(home.resolve("templates").resolve(source), template.getValue());
                sources.put(source, template.getKey());
            }
            fields.put("templates", sources);
            Files.writeString(home.resolve("monit"), "check process " + name);
            jobs.put(name, new Releases.Job(name, "f", "", home, fields));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RecordingTask deploy(String manifest) throws Exception {
        return deploy(manifest, Options.none(), Crash.never());
    }

    RecordingTask deploy(String manifest, Options options, Crash crash) throws Exception {
        return update(
                new DeploymentTasks.Update("d", Optional.of(manifest), List.of(), options, Optional.empty()), crash);
    }

    RecordingTask update(DeploymentTasks.Update update, Crash crash) throws Exception {
        var task = new RecordingTask();
        run(task, update, crash);
        return task;
    }

    void run(RecordingTask task, DeploymentTasks.Update update, Crash crash) throws Exception {
        deployments.ensure(update.deployment());
        new UpdateDeploymentJob(jobs(crash)).run(task, DeploymentTasks.toJson(update));
    }

    RecordingTask delete(Crash crash) throws Exception {
        var task = new RecordingTask();
        new DeleteDeploymentJob(jobs(crash)).run(task, DeploymentTasks.toJson(new DeploymentTasks.Delete("d", false)));
        return task;
    }

    RecordingTask errand(DeploymentTasks.Errand errand, Crash crash) throws Exception {
        var task = new RecordingTask();
        task.results.add(new RunErrandJob(jobs(crash)).run(task, DeploymentTasks.toJson(errand)));
        return task;
    }

    RecordingTask act(DeploymentTasks.InstanceAction action) throws Exception {
        var task = new RecordingTask();
        task.results.add(new UpdateInstanceJob(jobs(Crash.never())).run(task, DeploymentTasks.toJson(action)));
        return task;
    }

    private DeploymentJobs jobs(Crash crash) {
        var store = crash.wrap(Instances.class, instances);
        var machines = new Machines(crash.wrap(Cpi.class, cloud), crash.wrap(Agents.class, cloud), store, "director");
        var values = crash.wrap(Variables.class, Partial.of(Variables.class, new MapVariables()));
        var preparation = new Preparation(
                Partial.of(Releases.class, new OneRelease()),
                Partial.of(Stemcells.class, new OneStemcell()),
                values,
                store,
                machines,
                renderer);
        return new DeploymentJobs(
                crash.wrap(DeploymentStore.class, deployments),
                store,
                machines,
                preparation,
                Partial.of(Configs.class, new OneConfig()),
                values,
                Partial.of(Events.class, new EventList()),
                "director");
    }

    private final class EventList {
        public OptionalLong record(Events.Entry entry) {
            synchronized (events) {
                events.add("%s %s %s%s"
                        .formatted(
                                entry.action(),
                                entry.objectType(),
                                entry.objectName(),
                                entry.error().map(error -> ": " + error).orElse("")));
                return OptionalLong.of(events.size());
            }
        }
    }

    private final class MapVariables {
        public Optional<Variables.Variable> find(String name) {
            return Optional.ofNullable(variables.get(name));
        }

        public Variables.Variable ensure(String name, String type, Map<String, Object> options) {
            var ca = options.get("ca");
            if (ca != null && !variables.containsKey(ca)) {
                throw new IllegalStateException("no authority " + ca);
            }
            Object value = type.equals("password")
                    ? (options.containsKey("length") ? "p".repeat((int) options.get("length")) : "top-secret-password")
                    : Map.of(
                            "certificate",
                            "certificate of " + name.hashCode(),
                            "private_key",
                            "private key of " + name.hashCode(),
                            "ca",
                            "authority",
                            "public_key",
                            "public key of " + name.hashCode());
            return variables.computeIfAbsent(
                    name,
                    key -> new Variables.Variable("1 of " + key, key, type, value, options, Instant.EPOCH, false));
        }

        public Optional<Variables.Variable> byId(String id) {
            return Stream.concat(variables.values().stream(), earlier.stream())
                    .filter(one -> one.id().equals(id))
                    .findFirst();
        }

        public void deleteByPrefix(String prefix) {
            variables.keySet().removeIf(name -> name.startsWith(prefix));
        }
    }

    private final class OneRelease {
        public Optional<Releases.Release> find(String name, String version) {
            return list().stream()
                    .filter(one -> one.name().equals(name) && !version.equals("9"))
                    .findFirst();
        }

        public List<Releases.Release> list() {
            return List.of(
                    new Releases.Release(release.split("/")[0], release.split("/")[1], "abc", false, jobs, packages));
        }
    }

    private final class OneStemcell {
        private static final Stemcells.Stemcell ONE =
                new Stemcells.Stemcell(1, "node", "debian", "12", "stemcell-1", 3);

        public Optional<Stemcells.Stemcell> findByOs(String operatingSystem, String version) {
            return operatingSystem.equals(World.this.operatingSystem) ? Optional.of(ONE) : Optional.empty();
        }

        public Optional<Stemcells.Stemcell> findByName(String name, String version) {
            return Optional.empty();
        }

        public List<Stemcells.Stemcell> list() {
            return List.of(ONE);
        }
    }

    private final class OneConfig {
        public List<Configs.Config> latest(String type) {
            return List.of(new Configs.Config(1, "cloud", "default", cloudConfig, Instant.EPOCH));
        }

        public List<Configs.Config> byIds(List<Long> ids) {
            return latest("cloud");
        }
    }

    /// Puts behind each text what the template could see; Ruby has tests of its own.
    private static final class PlainRenderer implements TemplateRenderer {
        @Override
        public List<Rendered> render(List<JobContext> contexts) {
            var results = new ArrayList<Rendered>();
            for (var context : contexts) {
                var files = new LinkedHashMap<String, String>();
                for (var template : context.templates()) {
                    files.put(
                            template.destination(),
                            template.text() + " " + new TreeMap<>(context.properties())
                                    + context.spec().get("ip"));
                }
                results.add(new Rendered(files, List.of()));
            }
            return results;
        }
    }

    private static final class InMemoryDeployments implements DeploymentStore {
        private final Map<String, Deployment> rows = new TreeMap<>();
        private final Map<String, Map<String, String>> versions = new TreeMap<>();

        @Override
        public synchronized List<Deployment> list() {
            return List.copyOf(rows.values());
        }

        @Override
        public synchronized Optional<Deployment> find(String name) {
            return Optional.ofNullable(rows.get(name));
        }

        @Override
        public synchronized Deployment ensure(String name) {
            return rows.computeIfAbsent(
                    name, key -> new Deployment(name, Optional.empty(), List.of(), List.of(), List.of()));
        }

        @Override
        public List<Instance> instances(String deployment) {
            return List.of();
        }

        @Override
        public synchronized void succeeded(
                String name,
                String manifest,
                List<String> releases,
                List<String> stemcells,
                List<Long> cloudConfigIds) {
            rows.put(name, new Deployment(name, Optional.of(manifest), releases, stemcells, cloudConfigIds));
        }

        @Override
        public synchronized Map<String, String> variables(String name) {
            return versions.getOrDefault(name, Map.of());
        }

        @Override
        public synchronized void variables(String name, Map<String, String> taken) {
            versions.put(name, Map.copyOf(taken));
        }

        @Override
        public synchronized void remove(String name) {
            versions.remove(name);
            rows.remove(name);
        }
    }
}
