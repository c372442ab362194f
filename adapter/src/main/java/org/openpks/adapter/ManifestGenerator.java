package org.openpks.adapter;

import static org.openpks.adapter.Maps.ordered;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.openpks.adapter.ServiceAdapter.GenerateManifest;
import org.openpks.adapter.ServiceAdapter.GeneratedManifest;
import org.openpks.kernel.Fault;
import org.openpks.kernel.KubernetesVersion;

/// Writes the manifest of one cluster. Reads nothing but its request, so that the same request gives the same
/// bytes.
final class ManifestGenerator {

    private static final String MASTER = "master";
    private static final String WORKER = "worker";
    private static final String RELEASE = "kubernetes";
    private static final String STEMCELL = "default";
    private static final Set<Integer> MASTER_COUNTS = Set.of(1, 3, 5);
    private static final int DEFAULT_MAX_IN_FLIGHT = 4;

    private final ServiceDeployment deployment;
    private final Plan plan;
    private final Properties properties;
    private final Optional<DeployedManifest> previous;
    private final Parameters parameters;
    private final Optional<String> givenAddress;
    private final Optional<CertificateRotation> rotation;
    private final Plan.InstanceGroup masters;
    private final Plan.InstanceGroup workers;
    private final Map<String, Object> kept;
    private final KubernetesProfile kubernetesProfile;
    private final ComputeProfile computeProfile;
    private final Jobs jobs;
    private final boolean asked;
    private final Map<String, String> previousSecrets;

    ManifestGenerator(GenerateManifest request) {
        deployment = request.serviceDeployment();
        plan = request.plan();
        properties = new Properties(plan.properties());
        previous = request.previousManifest().filter(text -> !text.isBlank()).map(DeployedManifest::parse);
        parameters = Parameters.of(request.requestParameters());
        givenAddress = ApiAddress.of(request.requestParameters());
        rotation = CertificateRotation.of(Maps.map(request.requestParameters().get("parameters")));
        masters = group(MASTER);
        workers = group(WORKER);
        asked = !request.requestParameters().isEmpty();
        previousSecrets = request.previousSecrets();
        refuseWindows();
        checkVersion();
        kept = keptParameters();
        kubernetesProfile = KubernetesProfile.of(kept.get(KubernetesProfile.PARAMETER));
        computeProfile = ComputeProfile.of(kept.get(ComputeProfile.PARAMETER));
        jobs = new Jobs(deployment, properties, kept, kubernetesProfile);
    }

    GeneratedManifest generate() {
        checkRotation();
        refuseLostEncryption();
        int masterCount = masterCount();
        checkPoolInstances();
        var manifest = new LinkedHashMap<String, Object>();
        var address = ApiAddress.among(kept);
        manifest.put("name", deployment.deploymentName());
        manifest.put("releases", releases());
        manifest.put("stemcells", List.of(stemcell()));
        manifest.put("features", Map.of("use_dns_addresses", false));
        manifest.put("update", update());
        var groups = new ArrayList<Object>();
        groups.add(instanceGroup(
                masterMachines(),
                masterCount,
                jobs.ofMasters(),
                masterUpdate(masterCount),
                address.map(any -> ApiAddress.extension(deployment.deploymentName()))));
        groups.addAll(workerGroups());
        manifest.put("instance_groups", groups);
        manifest.put("variables", ClusterVariables.all());
        var tags = Tags.manifest(kept.get(Tags.PARAMETER));
        if (!tags.isEmpty()) {
            manifest.put("tags", tags);
        }
        var configs = address.map(ip -> Map.of(
                        "cloud",
                        ApiAddress.cloudConfig(deployment.deploymentName(), ip, kept.get(Parameters.MASTER_PORT))))
                .orElse(Map.of());
        return new GeneratedManifest(Yaml.text(manifest), parameters.secrets(), configs, Map.of());
    }

    /// A release's version is that of the Kubernetes in it, with digits of its content behind. One that is numbered
    /// otherwise is taken as it comes.
    private void checkVersion() {
        var now = previous.flatMap(manifest -> manifest.release(RELEASE)).flatMap(KubernetesVersion::parse);
        var next = deployment.releases().stream()
                .filter(release -> release.name().equals(RELEASE))
                .findFirst()
                .flatMap(release -> KubernetesVersion.parse(release.version()));
        if (now.isPresent() && next.isPresent()) {
            now.get().refusalOf(next.get()).ifPresent(sentence -> {
                throw new Fault(AdapterFault.CHANGE_REFUSED, sentence);
            });
        }
    }

    private void checkRotation() {
        if (rotation.isPresent() && previous.isEmpty()) {
            throw Parameters.invalid(CertificateRotation.PARAMETER, "is for a cluster that exists");
        }
    }

    /// Windows plans can be offered, but the release has no jobs for such workers.
    private void refuseWindows() {
        if (properties.text(PlanRules.OS).filter("windows"::equals).isEmpty()) {
            return;
        }
        boolean stemcell = deployment.stemcells().stream()
                .anyMatch(one -> one.os().startsWith("windows")
                        || one.name().filter(name -> name.contains("windows")).isPresent());
        throw new Fault(
                AdapterFault.PLAN_UNAVAILABLE,
                stemcell
                        ? "This plan's workers run Windows, and none of the releases has jobs for Windows."
                        : "This plan's workers run Windows, and no Windows stemcell is configured. Choose another plan.",
                "releases=" + deployment.releases());
    }

    /// What the owner asked for now, over what was asked for before. The number of workers stands in its group.
    private Map<String, Object> keptParameters() {
        var kept = new TreeMap<String, Object>(
                previous.map(DeployedManifest::parameters).orElse(Map.of()));
        parameters.masterHost().ifPresent(host -> keep(kept, Parameters.MASTER_HOST, host));
        parameters.masterPort().ifPresent(port -> keep(kept, Parameters.MASTER_PORT, port));
        givenAddress.ifPresent(address -> keep(kept, ApiAddress.KEPT, address));
        parameters.settings().forEach((name, value) -> {
            if (isEmpty(value)) {
                kept.remove(name);
            } else {
                kept.put(name, value);
            }
        });
        // Names of secrets as the adapter writes them; the broker has put the whole path in their place.
        kept.computeIfPresent(KubernetesProfile.PARAMETER, (name, value) -> KubernetesProfile.of(value)
                .kept());
        rotation.ifPresent(wish -> kept.put(CertificateRotation.ID, wish.id()));
        if (!kept.containsKey(Parameters.MASTER_HOST)) {
            throw Parameters.invalid(Parameters.MASTER_HOST, "is required");
        }
        kept.putIfAbsent(Parameters.MASTER_PORT, Parameters.DEFAULT_PORT);
        return kept;
    }

    private static boolean isEmpty(Object value) {
        return value instanceof Map<?, ?> map && map.isEmpty() || value instanceof List<?> list && list.isEmpty();
    }

    /// What a profile's key encrypted cannot be read without it, so every later profile must have all earlier keys.
    private void refuseLostEncryption() {
        var before = previous.map(
                        manifest -> KubernetesProfile.of(manifest.parameters().get(KubernetesProfile.PARAMETER)))
                .orElse(KubernetesProfile.NONE);
        var file = before.of(Component.API_SERVER).files().get(EncryptionConfig.FLAG);
        if (file == null) {
            return;
        }
        var now = kubernetesProfile.of(Component.API_SERVER).files().get(EncryptionConfig.FLAG);
        if (now == null) {
            throw new Fault(
                    AdapterFault.CHANGE_REFUSED,
                    "The cluster's secrets are encrypted with the keys of the Kubernetes profile %s. Only a profile with an %s that has these keys can take its place."
                            .formatted(before.name(), EncryptionConfig.FLAG));
        }
        if (now.secret().equals(file.secret()) || !parameters.secrets().containsKey(now.secret())) {
            return;
        }
        var keys = EncryptionConfig.keys(earlier(file.secret()));
        keys.removeAll(EncryptionConfig.keys(String.valueOf(parameters.secrets().get(now.secret()))));
        if (!keys.isEmpty()) {
            throw new Fault(
                    AdapterFault.CHANGE_REFUSED,
                    "The cluster's secrets may be encrypted with keys of the Kubernetes profile %s that %s lacks in its %s. Put them behind the new ones."
                            .formatted(before.name(), kubernetesProfile.name(), EncryptionConfig.FLAG));
        }
    }

    /// A secret of the deployed manifest.
    private String earlier(String name) {
        return previousSecrets.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("/" + name + "))")
                        || entry.getKey().equals("((odb_secret:" + name + "))"))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElseThrow(() -> new Fault(
                        AdapterFault.SECRET_MISSING,
                        "The earlier profile's %s is not known, so it cannot be compared."
                                .formatted(EncryptionConfig.FLAG),
                        "secret=" + name));
    }

    /// The address of the API stands in kubeconfigs and certificates, so it stays as it was at creation.
    private static void keep(Map<String, Object> kept, String name, Object value) {
        var before = kept.putIfAbsent(name, value);
        if (before != null && !before.equals(value)) {
            throw new Fault(
                    AdapterFault.CHANGE_REFUSED,
                    name + " cannot be changed after creation",
                    "before=%s after=%s".formatted(before, value));
        }
    }

    private int masterCount() {
        int count = computeProfile.controlPlane().instances().orElse(masters.instances());
        if (!MASTER_COUNTS.contains(count)) {
            throw new Fault(AdapterFault.PLAN_INVALID, "The plan must have 1, 3 or 5 masters, not " + count + ".");
        }
        previous.flatMap(manifest -> manifest.instances(MASTER))
                .filter(before -> before != count)
                .ifPresent(before -> {
                    throw new Fault(
                            AdapterFault.CHANGE_REFUSED,
                            "The number of masters cannot be changed: the cluster has %d, the %s %d."
                                    .formatted(
                                            before,
                                            computeProfile
                                                            .controlPlane()
                                                            .instances()
                                                            .isPresent()
                                                    ? "compute profile"
                                                    : "plan",
                                            count));
                });
        return count;
    }

    // ---- workers

    /// One group, or one for each node pool; and for as long as they have machines those that are wanted no more,
    /// behind the others, so that pods find a place before their machines go.
    private List<Object> workerGroups() {
        var groups = new ArrayList<Object>();
        if (computeProfile.pools().isEmpty()) {
            groups.add(workerGroup(workerMachines(), workerCount(), Optional.empty()));
        }
        for (var pool : computeProfile.pools()) {
            groups.add(workerGroup(poolMachines(pool), poolCount(pool), Optional.of(pool)));
        }
        var wanted = computeProfile.pools().isEmpty()
                ? List.of(WORKER)
                : computeProfile.pools().stream()
                        .map(ComputeProfile.Pool::group)
                        .toList();
        previous.ifPresent(manifest -> manifest.workerGroups().stream()
                .filter(name -> !wanted.contains(name))
                .filter(name -> !asked || manifest.instances(name).orElse(0) > 0)
                .forEach(name -> groups.add(workerGroup(leavingMachines(manifest, name), 0, Optional.empty()))));
        return groups;
    }

    private Map<String, Object> workerGroup(MachineGroup machines, int count, Optional<ComputeProfile.Pool> pool) {
        return instanceGroup(machines, count, jobs.ofWorkers(pool), workerUpdate(count), Optional.empty());
    }

    private void checkPoolInstances() {
        var pools =
                computeProfile.pools().stream().map(ComputeProfile.Pool::name).toList();
        for (var name : parameters.poolInstances().keySet()) {
            if (pools.isEmpty()) {
                throw Parameters.invalid(
                        Parameters.POOL_INSTANCES, "needs a compute profile with node pools; the cluster has none");
            }
            if (!pools.contains(name)) {
                throw Parameters.invalid(
                        Parameters.POOL_INSTANCES + "." + name,
                        "is no node pool of the cluster; there are " + String.join(", ", pools));
            }
        }
        if (!pools.isEmpty() && previous.isPresent() && parameters.workers().isPresent()) {
            throw Parameters.invalid(
                    Parameters.WORKERS,
                    "cannot be given for a cluster with node pools; use " + Parameters.POOL_INSTANCES);
        }
    }

    private int workerCount() {
        int most = properties.number("max_worker_instances").orElse(Integer.MAX_VALUE);
        int count = parameters
                .workers()
                .or(() ->
                        previous.flatMap(manifest -> manifest.instances(WORKER)).filter(before -> before > 0))
                .orElse(workers.instances());
        if (count < 1 || (count > most && parameters.workers().isPresent())) {
            throw Parameters.invalid(
                    Parameters.WORKERS, "must be between 1 and %d, the plan's maximum".formatted(most));
        }
        return count;
    }

    private int poolCount(ComputeProfile.Pool pool) {
        int most = pool.mostInstances()
                .or(() -> properties.number("max_worker_instances"))
                .orElse(Integer.MAX_VALUE);
        var given = Optional.ofNullable(parameters.poolInstances().get(pool.name()));
        int count = given.or(() -> previous.flatMap(manifest -> manifest.instances(pool.group()))
                        .filter(before -> before > 0))
                .or(() -> pool.machines().instances())
                .orElse(workers.instances());
        if (count > most && (given.isPresent() || previous.isEmpty())) {
            throw Parameters.invalid(
                    Parameters.POOL_INSTANCES + "." + pool.name(), "must be between 1 and %d".formatted(most));
        }
        return count;
    }

    // ---- machines

    /// What the machines of a group are.
    /// @param resources in place of the VM type; empty for that
    /// @param persistentDiskMb in place of the disk type
    private record MachineGroup(
            String name,
            Plan.InstanceGroup plan,
            List<String> azs,
            Map<String, Object> resources,
            Optional<Integer> persistentDiskMb) {}

    private MachineGroup masterMachines() {
        return machines(MASTER, masters, computeProfile.controlPlane(), computeProfile.masterAzs());
    }

    private MachineGroup workerMachines() {
        return machines(
                WORKER,
                workers,
                new ComputeProfile.Machines(Map.of(), Optional.empty(), Optional.empty(), Optional.empty()),
                computeProfile.workerAzs());
    }

    private MachineGroup poolMachines(ComputeProfile.Pool pool) {
        return machines(pool.group(), workers, pool.machines(), computeProfile.workerAzs());
    }

    private MachineGroup machines(
            String name, Plan.InstanceGroup group, ComputeProfile.Machines machines, Optional<List<String>> azs) {
        var wanted = machines.azs().or(() -> azs).orElse(group.azs());
        boolean fromProfile = machines.azs().isPresent() || azs.isPresent();
        previous.flatMap(manifest -> manifest.zones(name))
                .filter(before -> parameters.settings().containsKey(ComputeProfile.PARAMETER)
                        && fromProfile
                        && !before.equals(wanted))
                .ifPresent(before -> {
                    throw new Fault(
                            AdapterFault.CHANGE_REFUSED,
                            "The availability zones of existing machines cannot be changed: the group %s is in %s."
                                    .formatted(name, String.join(", ", before)));
                });
        return new MachineGroup(name, group, wanted, machines.resources(), machines.persistentDiskMb());
    }

    /// A group whose machines go. Nothing is made in it, so only its zones matter.
    private MachineGroup leavingMachines(DeployedManifest manifest, String name) {
        return new MachineGroup(name, workers, manifest.zones(name).orElse(workers.azs()), Map.of(), Optional.empty());
    }

    // ---- the manifest's parts

    private List<Object> releases() {
        if (deployment.releases().isEmpty()) {
            throw new Fault(AdapterFault.INPUT_INVALID, "The service deployment names no release.");
        }
        return deployment.releases().stream()
                .<Object>map(release -> ordered("name", release.name(), "version", release.version()))
                .toList();
    }

    private Map<String, Object> stemcell() {
        if (deployment.stemcells().isEmpty()) {
            throw new Fault(AdapterFault.INPUT_INVALID, "The service deployment names no stemcell.");
        }
        var first = deployment.stemcells().getFirst();
        var stemcell = ordered("alias", STEMCELL);
        first.name().ifPresentOrElse(name -> stemcell.put("name", name), () -> stemcell.put("os", first.os()));
        stemcell.put("version", first.version());
        return stemcell;
    }

    private Map<String, Object> update() {
        var configured = plan.update();
        var update = ordered(
                "canaries", configured.map(Plan.Update::canaries).orElse(1),
                "max_in_flight", configured.map(Plan.Update::maxInFlight).orElse(1),
                "canary_watch_time",
                        configured.map(Plan.Update::canaryWatchTime).orElse("1-300000"),
                "update_watch_time",
                        configured.map(Plan.Update::updateWatchTime).orElse("1-300000"),
                "serial", configured.flatMap(Plan.Update::serial).orElse(true));
        update.put("initial_deploy_az_update_strategy", "parallel");
        return update;
    }

    /// A new etcd cluster needs all its members, and workers wait for their masters by themselves, so at first
    /// everything starts at once. Later one master changes at a time, and workers only after the masters.
    private Map<String, Object> masterUpdate(int count) {
        return previous.isEmpty()
                ? ordered("canaries", 0, "max_in_flight", count, "serial", false)
                : ordered("canaries", 0, "max_in_flight", 1, "serial", true);
    }

    private Map<String, Object> workerUpdate(int count) {
        if (previous.isEmpty()) {
            return ordered("canaries", 0, "max_in_flight", count, "serial", false);
        }
        var software = deployment.releases().stream()
                .map(release -> release.name() + "/" + release.version())
                .toList();
        boolean sameSoftware = previous.get().software().equals(software)
                && previous.get()
                        .stemcellVersion()
                        .equals(Optional.of(deployment.stemcells().getFirst().version()));
        return ordered(
                // A canary tries new software. New workers of known software need none.
                "canaries",
                sameSoftware ? 0 : plan.update().map(Plan.Update::canaries).orElse(1),
                "max_in_flight",
                properties.amount("worker_max_in_flight").orElse(DEFAULT_MAX_IN_FLIGHT),
                "serial",
                true);
    }

    private Map<String, Object> instanceGroup(
            MachineGroup machines,
            int instances,
            List<Object> jobs,
            Map<String, Object> update,
            Optional<String> extension) {
        var configured = machines.plan();
        var group = ordered("name", machines.name(), "instances", instances);
        group.put("azs", machines.azs());
        group.put("jobs", jobs);
        if (machines.resources().isEmpty()) {
            group.put("vm_type", configured.vmType());
        } else {
            group.put("vm_resources", machines.resources());
        }
        var extensions = new ArrayList<>(configured.vmExtensions());
        extension.ifPresent(extensions::add);
        if (!extensions.isEmpty()) {
            group.put("vm_extensions", extensions);
        }
        group.put("stemcell", STEMCELL);
        machines.persistentDiskMb()
                .ifPresentOrElse(
                        size -> {
                            if (size > 0) {
                                group.put("persistent_disk", size);
                            }
                        },
                        () -> configured
                                .persistentDiskType()
                                .ifPresent(type -> group.put("persistent_disk_type", type)));
        group.put("networks", networks(configured.networks()));
        if (!configured.migratedFrom().isEmpty()) {
            group.put(
                    "migrated_from",
                    configured.migratedFrom().stream()
                            .map(name -> ordered("name", name))
                            .toList());
        }
        group.put("update", update);
        return group;
    }

    private static List<Object> networks(List<String> names) {
        var networks = new ArrayList<Object>();
        for (var name : names) {
            var network = ordered("name", name);
            // With several networks BOSH wants to be told which one is the way out.
            if (names.size() > 1 && networks.isEmpty()) {
                network.put("default", List.of("dns", "gateway"));
            }
            networks.add(network);
        }
        return networks;
    }

    private Plan.InstanceGroup group(String name) {
        return plan.group(name)
                .orElseThrow(() ->
                        new Fault(AdapterFault.PLAN_INVALID, "The plan has no instance group named " + name + "."));
    }
}
