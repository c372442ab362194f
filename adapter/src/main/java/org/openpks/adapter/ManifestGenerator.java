package org.openpks.adapter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openpks.adapter.ServiceAdapter.GenerateManifest;
import org.openpks.adapter.ServiceAdapter.GeneratedManifest;
import org.openpks.kernel.Fault;
import org.openpks.kernel.KubernetesVersion;

/// Writes the manifest of one cluster. Reads nothing but its request, so that the same request gives the same
/// bytes.
final class ManifestGenerator {

    static final String ADMIN_VARIABLE = "tls-kubernetes-admin";

    private static final String ETCD_VARIABLE = "tls-etcdctl";
    private static final String FRONT_PROXY_VARIABLE = "tls-front-proxy-client";
    private static final String MASTER = "master";
    private static final String WORKER = "worker";
    private static final String RELEASE = "kubernetes";
    private static final String STEMCELL = "default";
    private static final Set<Integer> MASTER_COUNTS = Set.of(1, 3, 5);
    private static final int DEFAULT_MAX_IN_FLIGHT = 4;
    private static final int CERTIFICATE_DAYS = 1460;
    private static final int ENCRYPTION_KEY_LENGTH = 32;
    private static final int TOKEN_LENGTH = 40;

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
                masterJobs(masterCount),
                masterUpdate(masterCount),
                address.map(any -> ApiAddress.extension(deployment.deploymentName()))));
        groups.addAll(workerGroups());
        manifest.put("instance_groups", groups);
        manifest.put("variables", variables());
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
        return instanceGroup(machines, count, workerJobs(pool), workerUpdate(count), Optional.empty());
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

    /// The release that a job comes from: the one that lists it, or the only one.
    private String releaseOf(String job) {
        return deployment.releases().stream()
                .filter(release -> release.jobs().contains(job))
                .findFirst()
                .or(() -> deployment.releases().stream()
                        .filter(release -> release.jobs().isEmpty())
                        .findFirst())
                .map(ServiceDeployment.Release::name)
                .orElseThrow(() -> new Fault(
                        AdapterFault.INPUT_INVALID, "No release of the service deployment has the job " + job + "."));
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

    private List<Object> masterJobs(int count) {
        var network = properties.map("network");
        var serviceCidr = Cidr.parse(network.text("service_cidr").orElse("10.100.200.0/24"));
        var podCidr = network.text("pod_cidr").orElse("10.200.0.0/16");
        var port = kept.get(Parameters.MASTER_PORT);

        var certificates = new LinkedHashMap<String, Object>();
        certificates.put(
                "external_names",
                Stream.concat(
                                Stream.of(String.valueOf(kept.get(Parameters.MASTER_HOST))),
                                ApiAddress.among(kept).stream())
                        .distinct()
                        .toList());
        certificates.put("service_ip", serviceCidr.address(1));
        // A certificate's `ca` holds all authorities to believe, an authority's `certificate` is the one that signs.
        var authority = pair("kubernetes_ca");
        authority.put("trusted", part(ADMIN_VARIABLE, "ca"));
        certificates.put("kubernetes_ca", authority);
        certificates.put("etcd_ca", pair("etcd_ca"));
        certificates.put("etcdctl", identity(ETCD_VARIABLE));
        certificates.put("front_proxy_client", identity(FRONT_PROXY_VARIABLE));
        Optional.ofNullable(kept.get(CertificateRotation.ID)).ifPresent(id -> certificates.put("rotation", id));
        certificates.put(
                "service_account_key",
                ordered(
                        "public_key", "((service-account-key.public_key))",
                        "private_key", "((service-account-key.private_key))"));
        certificates.put("node_token", "((node-token))");

        var api = new LinkedHashMap<String, Object>();
        api.put("port", port);
        api.put("service_cidr", serviceCidr.toString());
        api.put("kubernetes_ca", ordered("certificate", part(ADMIN_VARIABLE, "ca")));
        api.put("admin", pair(ADMIN_VARIABLE));
        api.put("encryption_key", "((encryption-key))");
        api.put(
                "allow_privileged",
                properties.truth("allow_privileged_containers").orElse(true));
        var arguments = kubernetesProfile.of(Component.API_SERVER);
        api.put("admission_plugins", admissionPlugins(arguments));
        properties.text(PlanRules.POD_SECURITY).ifPresent(level -> api.put(PlanRules.POD_SECURITY, level));
        Oidc.of(Oidc.of(properties), arguments).ifPresent(oidc -> api.put(Oidc.PROPERTY, oidc.properties()));
        Optional.ofNullable(arguments.files().remove(EncryptionConfig.FLAG))
                .ifPresent(file -> api.put("encryption_provider_config", file.reference()));
        arguments.addTo(api);

        var controllers = ordered("api_port", port, "pod_cidr", podCidr, "service_cidr", serviceCidr.toString());
        kubernetesProfile.of(Component.CONTROLLER_MANAGER).addTo(controllers);
        var scheduler = ordered("api_port", port);
        kubernetesProfile.of(Component.SCHEDULER).addTo(scheduler);

        var addons = new LinkedHashMap<String, Object>();
        addons.put("api_port", port);
        addons.put("cluster_dns", serviceCidr.address(2));
        addons.put("addons_spec", properties.text("addons").orElse(""));
        addons.put("cluster_parameters", kept);

        // In the order in which they should start: what takes longest first.
        return List.of(
                job("etcd", Map.of()),
                job("kube-apiserver", api),
                job("certificates", certificates),
                job("kube-controller-manager", controllers),
                job("kube-scheduler", scheduler),
                job("flanneld", flannel(network, podCidr, true)),
                job("apply-addons", addons));
    }

    /// The plan's and the profile's; what only the profile's flag names is taken out of its arguments.
    private List<String> admissionPlugins(KubernetesProfile.Arguments arguments) {
        var more = AdmissionPlugins.of(Optional.ofNullable(arguments.values().remove(AdmissionPlugins.FLAG))
                .orElse(""));
        return Stream.concat(properties.texts("admission_plugins").stream(), more.stream())
                .distinct()
                .toList();
    }

    private List<Object> workerJobs(Optional<ComputeProfile.Pool> pool) {
        var network = properties.map("network");
        var serviceCidr = Cidr.parse(network.text("service_cidr").orElse("10.100.200.0/24"));
        var podCidr = network.text("pod_cidr").orElse("10.200.0.0/16");

        var kubelet = new LinkedHashMap<String, Object>();
        kubelet.put("node_token", "((node-token))");
        kubelet.put("cluster_dns", List.of(serviceCidr.address(2)));
        var settings = properties.map("kubelet");
        copy(settings.values(), "system_reserved", kubelet);
        copy(settings.values(), "eviction_hard", kubelet);
        kubelet.put("drain", drain());
        pool.ifPresent(one -> {
            var labels = new TreeMap<String, Object>(one.labels());
            labels.put(ComputeProfile.Pool.LABEL, one.name());
            kubelet.put("labels", labels);
            if (!one.taints().isEmpty()) {
                kubelet.put("taints", one.taints());
            }
        });
        kubernetesProfile.of(Component.KUBELET).addTo(kubelet);

        var containerd = new LinkedHashMap<String, Object>();
        copy(kept, Registries.INSECURE, containerd);
        copy(kept, Registries.AUTHORITIES, containerd);
        var proxy = ordered("pod_cidr", podCidr);
        kubernetesProfile.of(Component.PROXY).addTo(proxy);

        return List.of(
                job("containerd", containerd),
                job("kubelet", kubelet),
                job("kube-proxy", proxy),
                job("flanneld", flannel(network, podCidr, false)));
    }

    private Map<String, Object> drain() {
        var configured = properties.map("node_drain");
        var drain = new LinkedHashMap<String, Object>();
        for (var setting : Parameters.Drain.values()) {
            var value = kept.get(setting.parameter);
            if (value == null) {
                value = configured.value(setting.property);
            }
            if (value != null) {
                drain.put(setting.property, setting.check(value));
            }
        }
        if (Boolean.TRUE.equals(drain.get("force_node")) && Integer.valueOf(0).equals(drain.get("timeout_minutes"))) {
            throw Parameters.invalid(
                    Parameters.Drain.FORCE_NODE.parameter, "needs a drain timeout greater than 0 minutes");
        }
        return drain;
    }

    private static void copy(Map<String, Object> from, String name, Map<String, Object> to) {
        var value = from.get(name);
        if (value != null) {
            to.put(name, value);
        }
    }

    private static Map<String, Object> flannel(Properties network, String podCidr, boolean observer) {
        return ordered("pod_cidr", podCidr, "backend", network.text("backend").orElse("host-gw"), "observer", observer);
    }

    private Map<String, Object> job(String name, Map<String, Object> jobProperties) {
        var job = ordered("name", name, "release", releaseOf(name));
        if (!jobProperties.isEmpty()) {
            job.put("properties", jobProperties);
        }
        return job;
    }

    private static List<Object> variables() {
        return List.of(
                authority("kubernetes_ca", "kubernetes"),
                authority("etcd_ca", "etcd"),
                authority("front_proxy_ca", "front-proxy"),
                client(ADMIN_VARIABLE, "kubernetes_ca", "common_name", "admin", "organization", "system:masters"),
                client(ETCD_VARIABLE, "etcd_ca", "common_name", "etcdctl"),
                client(FRONT_PROXY_VARIABLE, "front_proxy_ca", "common_name", "front-proxy-client"),
                variable("service-account-key", "rsa", Map.of()),
                variable("encryption-key", "password", ordered("length", ENCRYPTION_KEY_LENGTH)),
                variable("node-token", "password", ordered("length", TOKEN_LENGTH)));
    }

    private static Map<String, Object> authority(String name, String commonName) {
        return variable(
                name, "certificate", ordered("is_ca", true, "common_name", commonName, "duration", CERTIFICATE_DAYS));
    }

    private static Map<String, Object> client(String name, String authority, String... subject) {
        var options = ordered("ca", authority);
        options.putAll(ordered((Object[]) subject));
        options.put("extended_key_usage", List.of("client_auth"));
        options.put("duration", CERTIFICATE_DAYS);
        return variable(name, "certificate", options);
    }

    private static Map<String, Object> variable(String name, String type, Map<String, Object> options) {
        var variable = ordered("name", name, "type", type);
        if (!options.isEmpty()) {
            variable.put("options", options);
        }
        return variable;
    }

    private static Map<String, Object> pair(String variable) {
        return ordered("certificate", part(variable, "certificate"), "private_key", part(variable, "private_key"));
    }

    private static Map<String, Object> identity(String variable) {
        var identity = ordered("ca", part(variable, "ca"));
        identity.putAll(pair(variable));
        return identity;
    }

    private static String part(String variable, String key) {
        return "((" + variable + "." + key + "))";
    }

    private Plan.InstanceGroup group(String name) {
        return plan.group(name)
                .orElseThrow(() ->
                        new Fault(AdapterFault.PLAN_INVALID, "The plan has no instance group named " + name + "."));
    }

    private static Map<String, Object> ordered(@Nullable Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(String.valueOf(pairs[i]), java.util.Objects.requireNonNull(pairs[i + 1]));
        }
        return map;
    }
}
