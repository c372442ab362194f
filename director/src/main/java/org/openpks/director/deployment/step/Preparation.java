package org.openpks.director.deployment.step;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.openpks.director.agent.Agent;
import org.openpks.director.agent.Agent.RenderedJob;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.director.deployment.DeploymentTasks.Options;
import org.openpks.director.deployment.DeploymentTasks.StateChange;
import org.openpks.director.deployment.instance.Instances;
import org.openpks.director.deployment.instance.StoredInstance;
import org.openpks.director.deployment.link.HostNames;
import org.openpks.director.deployment.link.LinkResolver;
import org.openpks.director.deployment.manifest.CloudConfig;
import org.openpks.director.deployment.manifest.Count;
import org.openpks.director.deployment.manifest.Interpolation;
import org.openpks.director.deployment.manifest.Manifest;
import org.openpks.director.deployment.manifest.Manifest.InstanceGroup;
import org.openpks.director.deployment.network.AddressBook;
import org.openpks.director.deployment.plan.DeploymentPlan;
import org.openpks.director.deployment.plan.InstancePlan;
import org.openpks.director.deployment.plan.InstancePlan.Contents;
import org.openpks.director.deployment.plan.InstancePlan.Machine;
import org.openpks.director.deployment.plan.InstancePlan.Wishes;
import org.openpks.director.deployment.plan.Placement;
import org.openpks.director.release.Releases;
import org.openpks.director.release.Stemcells;
import org.openpks.director.task.TaskContext;
import org.openpks.director.template.Redactor;
import org.openpks.director.template.TemplateRenderer;
import org.openpks.director.variable.Variables;
import org.openpks.kernel.Fault;

/// From a manifest to a plan: binds releases, stemcells, variables, instances, addresses and links, renders the
/// templates and compares with what is there. Instances and their addresses are written down here, machines are not
/// touched.
public final class Preparation {

    private static final int OBSERVERS = 32;

    private final Releases releases;
    private final Stemcells stemcells;
    private final Variables variables;
    private final Instances instances;
    private final Machines machines;
    private final TemplateRenderer renderer;

    public Preparation(
            Releases releases,
            Stemcells stemcells,
            Variables variables,
            Instances instances,
            Machines machines,
            TemplateRenderer renderer) {
        this.releases = releases;
        this.stemcells = stemcells;
        this.variables = variables;
        this.instances = instances;
        this.machines = machines;
        this.renderer = renderer;
    }

    /// @param prefix what the names of the deployment's variables start with
    /// @param pinned versions of variables to take; a deploy takes the current ones
    /// @param first nothing was ever deployed successfully
    /// @param rendered which groups' templates are wanted
    public record Request(
            Manifest manifest,
            CloudConfig cloud,
            String prefix,
            Map<String, String> pinned,
            boolean first,
            Options options,
            Optional<StateChange> stateChange,
            Predicate<InstanceGroup> rendered) {}

    /// @param variables the versions that were taken, by absolute name
    public record Prepared(DeploymentPlan plan, Redactor redactor, Map<String, String> variables) {}

    /// A group with the instances that it shall have; what is obsolete goes.
    record Bound(
            InstanceGroup group, List<StoredInstance> instances, Set<String> added, List<StoredInstance> obsolete) {}

    private record Observed(boolean responsive, boolean running) {}

    public Prepared prepare(TaskContext task, Request request) throws Exception {
        var stage = task.events().stage("Preparing deployment", List.of(), 2);
        var manifest = request.manifest();
        var work = new Work(task, request);
        stage.step("Preparing deployment", () -> {
            work.bind();
            return null;
        });
        task.checkpoint();
        var plan = stage.step("Rendering templates", status -> work.plan());
        for (var group : plan.groups()) {
            for (var one : group.instances()) {
                task.debug("plan: %s %s in '%s' at %s: %s"
                        .formatted(
                                manifest.name(),
                                one.stored().label(),
                                one.stored().az(),
                                one.stored().addresses().stream()
                                        .map(StoredInstance.Address::ip)
                                        .toList(),
                                one.change()));
            }
        }
        return new Prepared(plan, work.redactor(), work.values.versions());
    }

    /// One preparation's intermediate results.
    private final class Work {
        private final TaskContext task;
        private final Request request;
        private final Manifest manifest;
        private final String name;
        private final Interpolation interpolation;
        private final VariableValues values;
        private final Software software = new Software(releases, stemcells);
        private final InstanceNetworks networks;
        private final List<Bound> bound = new ArrayList<>();
        private final List<StoredInstance> unneeded = new ArrayList<>();
        private final Map<String, Observed> observed = new ConcurrentHashMap<>();

        Work(TaskContext task, Request request) {
            this.task = task;
            this.request = request;
            this.manifest = request.manifest();
            this.name = manifest.name();
            this.values = new VariableValues(variables, request.prefix(), request.pinned());
            this.interpolation = new Interpolation(request.prefix(), values::find);
            this.networks = new InstanceNetworks(request.cloud(), interpolation);
        }

        Redactor redactor() {
            return new Redactor(interpolation.secrets());
        }

        void bind() throws Exception {
            timed("bind releases", () -> software.bind(manifest));
            timed("observe", this::observe);
            timed("variables", () -> values.ensure(manifest.variables()));
            timed("bind instances", this::bindInstances);
        }

        private void timed(String step, Step body) throws Exception {
            long began = System.nanoTime();
            body.run();
            task.debug("%s took %d ms".formatted(step, (System.nanoTime() - began) / 1_000_000));
        }

        /// Looks at what is there before anything is decided.
        private void observe() throws Exception {
            Parallel.each(instances.of(name), OBSERVERS, instance -> {
                var now = machines.observe(instance);
                if (now.vm().flatMap(StoredInstance.Vm::cid).isPresent()) {
                    Agent.State state = machines.agent(now).state();
                    observed.put(
                            now.id(), new Observed(!state.jobState().equals("unresponsive agent"), state.running()));
                }
            });
        }

        private void bindInstances() {
            var stored = instances.of(name);
            var addresses = new AddressBook(instances);
            for (var group : manifest.groups()) {
                var placement = Placement.of(
                        group,
                        request.cloud(),
                        stored.stream()
                                .filter(one -> one.group().equals(group.name()))
                                .toList(),
                        () -> UUID.randomUUID().toString());
                var settled = new ArrayList<StoredInstance>();
                var added = new LinkedHashSet<String>();
                for (var placed : placement.instances()) {
                    settled.add(settle(group, placed, addresses));
                    if (placed.existing().isEmpty()) {
                        added.add(placed.id());
                    }
                }
                bound.add(new Bound(group, settled, added, placement.obsolete()));
            }
            stored.stream().filter(one -> manifest.group(one.group()).isEmpty()).forEach(unneeded::add);
            request.stateChange().ifPresent(this::requireMatch);
        }

        private StoredInstance settle(InstanceGroup group, Placement.Placed placed, AddressBook book) {
            var before = placed.existing();
            var instance = new StoredInstance(
                    placed.id(),
                    name,
                    group.name(),
                    placed.index(),
                    placed.az(),
                    placed.bootstrap(),
                    group.errand(),
                    wantedState(group, placed),
                    before.map(StoredInstance::completed).orElse(false),
                    group.vmType(),
                    request.cloud().cloudProperties(group, placed.az()),
                    List.of(),
                    before.flatMap(StoredInstance::vm),
                    before.flatMap(StoredInstance::disk));
            instances.save(instance);
            var networks = group.networks().stream()
                    .map(network -> request.cloud().requireNetwork(network.name(), group.name()))
                    .toList();
            var held = before.map(StoredInstance::addresses).orElse(List.of());
            var addresses =
                    book.settle(instance.id(), instance.label(), placed.az(), networks, placed.staticIps(), held);
            return instance.withAddresses(addresses);
        }

        private String wantedState(InstanceGroup group, Placement.Placed placed) {
            var before = placed.existing().map(StoredInstance::state).orElse("started");
            return request.stateChange()
                    .filter(change -> matches(change, group.name(), placed.index(), placed.id()))
                    .map(change -> switch (change.target()) {
                        case "stopped", "detached" -> change.target();
                        default -> "started";
                    })
                    .orElse(before);
        }

        private void requireMatch(StateChange change) {
            boolean any = bound.stream()
                    .flatMap(group -> group.instances().stream())
                    .anyMatch(one -> matches(change, one.group(), one.index(), one.id()));
            if (!any && !change.group().equals("*")) {
                throw new Fault(
                        DeploymentFault.UNKNOWN_INSTANCE,
                        "Instance '%s%s' doesn't exist"
                                .formatted(
                                        change.group(),
                                        change.instance().map(one -> "/" + one).orElse("")));
            }
        }

        private static boolean matches(StateChange change, String group, int index, String id) {
            return (change.group().equals("*") || change.group().equals(group))
                    && change.instance()
                            .map(one -> one.equals(id) || one.equals(String.valueOf(index)))
                            .orElse(true);
        }

        DeploymentPlan plan() throws Exception {
            var members = new ArrayList<LinkResolver.Member>();
            for (var group : bound) {
                for (var job : group.group().jobs()) {
                    members.add(new LinkResolver.Member(
                            group.group().name(),
                            interpolated(job),
                            software.job(job),
                            interpolation.resolve(job.properties()),
                            group.instances().stream()
                                    .map(Preparation::linkInstance)
                                    .toList(),
                            InstanceNetworks.addressable(group.group())));
                }
            }
            var resolver = new LinkResolver(name, manifest.features(), members);
            var links = resolver.resolve();
            var rendering = new Rendering(renderer, manifest, request.cloud(), software, networks, request.rendered());
            var rendered = new HashMap<String, Map<String, RenderedJob>>();
            timed("render", () -> rendered.putAll(rendering.render(bound, members, links, this::redactor)));
            var hosts = hosts();
            var groups = new ArrayList<DeploymentPlan.Group>();
            for (var group : bound) {
                var plans = new ArrayList<InstancePlan>();
                for (var instance : group.instances()) {
                    plans.add(plan(
                            group,
                            instance,
                            software.contents(
                                    group.group(),
                                    rendered.getOrDefault(instance.id(), Map.of()),
                                    HostNames.of(name, hosts, resolver.aliases(), instance.id()))));
                }
                groups.add(new DeploymentPlan.Group(
                        group.group(),
                        group.group()
                                .update()
                                .overridden(
                                        request.options().canaries().map(Work::count),
                                        request.options().maxInFlight().map(Work::count)),
                        plans,
                        group.obsolete()));
            }
            return new DeploymentPlan(
                    name,
                    request.first(),
                    groups,
                    unneeded,
                    new DeploymentPlan.Names(software.releaseNames(), software.stemcellNames()),
                    manifest.tags());
        }

        private static Count count(String text) {
            try {
                return Count.parse(text);
            } catch (IllegalArgumentException e) {
                throw new Fault(
                        DeploymentFault.INVALID_VALUE, "canaries and max_in_flight are an integer or a percentage.");
            }
        }

        private Manifest.Job interpolated(Manifest.Job job) {
            return new Manifest.Job(
                    job.name(),
                    job.release(),
                    job.properties(),
                    interpolation.resolve(job.consumes()),
                    job.provides(),
                    job.customProviders());
        }

        private InstancePlan plan(Bound group, StoredInstance instance, Contents contents) {
            var machine = new Machine(
                    software.stemcell(group.group().stemcell()).cid(),
                    interpolation.resolve(instance.cloudProperties()),
                    networks.of(group.group(), instance),
                    interpolation.resolve(group.group().env()));
            var disk = request.cloud().disk(group.group());
            if (disk.isPresent()
                    && instance.disk().isPresent()
                    && instance.disk().get().sizeMb() != disk.get().sizeMb()) {
                throw new Fault(
                        DeploymentFault.UNSUPPORTED,
                        "The persistent disk of '%s' has %d MB and cannot become one of %d MB; this director does not copy disks."
                                .formatted(
                                        instance.label(),
                                        instance.disk().get().sizeMb(),
                                        disk.get().sizeMb()));
            }
            if (!request.rendered().test(group.group())) {
                return new InstancePlan(
                        instance,
                        group.added().contains(instance.id()),
                        machine,
                        disk,
                        contents,
                        InstancePlan.Change.NONE);
            }
            var seen = observed.getOrDefault(instance.id(), new Observed(false, false));
            boolean named = request.stateChange()
                    .map(change -> matches(change, instance.group(), instance.index(), instance.id()))
                    .orElse(false);
            var target = request.stateChange().map(StateChange::target).orElse("");
            var wishes = new Wishes(
                    instance.state(),
                    request.options().recreate() || named && target.equals("recreate"),
                    named && target.equals("restart"),
                    request.options().fix(),
                    seen.responsive(),
                    seen.running());
            return new InstancePlan(
                    instance,
                    group.added().contains(instance.id()),
                    machine,
                    disk,
                    contents,
                    InstancePlan.change(instance, machine, disk, contents, wishes));
        }

        private List<HostNames.Host> hosts() {
            return bound.stream()
                    .filter(group -> !group.group().errand())
                    .flatMap(group -> group.instances().stream()
                            .map(one -> new HostNames.Host(
                                    one.id(),
                                    one.group(),
                                    one.index(),
                                    InstanceNetworks.addresses(one),
                                    InstanceNetworks.addressable(group.group()))))
                    .toList();
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    private static LinkResolver.Instance linkInstance(StoredInstance one) {
        return new LinkResolver.Instance(
                one.id(), one.index(), one.az(), one.bootstrap(), InstanceNetworks.addresses(one));
    }
}
