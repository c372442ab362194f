package org.openpks.adapter;

import static org.openpks.adapter.Maps.ordered;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.openpks.kernel.Fault;

/// The jobs of a cluster's machines and their properties: what the release's specs ask for, out of the plan and of what
/// the owner wants.
final class Jobs {

    private final ServiceDeployment deployment;
    private final Properties properties;
    private final Map<String, Object> kept;
    private final KubernetesProfile kubernetesProfile;
    private final Cidr serviceCidr;
    private final String podCidr;
    private final String backend;

    /// @param properties the plan's
    /// @param kept the owner's parameters, those of earlier requests among them
    Jobs(
            ServiceDeployment deployment,
            Properties properties,
            Map<String, Object> kept,
            KubernetesProfile kubernetesProfile) {
        this.deployment = deployment;
        this.properties = properties;
        this.kept = kept;
        this.kubernetesProfile = kubernetesProfile;
        var network = properties.map("network");
        serviceCidr = Cidr.parse(network.text("service_cidr").orElse("10.100.200.0/24"));
        podCidr = network.text("pod_cidr").orElse("10.200.0.0/16");
        backend = network.text("backend").orElse("host-gw");
    }

    List<Object> ofMasters() {
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
        var authority = ClusterVariables.pair("kubernetes_ca");
        authority.put("trusted", ClusterVariables.part(ClusterVariables.ADMIN, "ca"));
        certificates.put("kubernetes_ca", authority);
        certificates.put("etcd_ca", ClusterVariables.pair("etcd_ca"));
        certificates.put("etcdctl", ClusterVariables.identity(ClusterVariables.ETCD));
        certificates.put("front_proxy_client", ClusterVariables.identity(ClusterVariables.FRONT_PROXY));
        Optional.ofNullable(kept.get(CertificateRotation.ID)).ifPresent(id -> certificates.put("rotation", id));
        certificates.put("service_account_key", ClusterVariables.serviceAccountKey());
        certificates.put("node_token", ClusterVariables.NODE_TOKEN_VALUE);

        var api = new LinkedHashMap<String, Object>();
        api.put("port", port);
        api.put("service_cidr", serviceCidr.toString());
        api.put("kubernetes_ca", ordered("certificate", ClusterVariables.part(ClusterVariables.ADMIN, "ca")));
        api.put("admin", ClusterVariables.pair(ClusterVariables.ADMIN));
        api.put("encryption_key", ClusterVariables.ENCRYPTION_KEY_VALUE);
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
                job("flanneld", flannel(true)),
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

    List<Object> ofWorkers(Optional<ComputeProfile.Pool> pool) {
        var kubelet = new LinkedHashMap<String, Object>();
        kubelet.put("node_token", ClusterVariables.NODE_TOKEN_VALUE);
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
                job("flanneld", flannel(false)));
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

    private Map<String, Object> flannel(boolean observer) {
        return ordered("pod_cidr", podCidr, "backend", backend, "observer", observer);
    }

    private Map<String, Object> job(String name, Map<String, Object> jobProperties) {
        var job = ordered("name", name, "release", releaseOf(name));
        if (!jobProperties.isEmpty()) {
            job.put("properties", jobProperties);
        }
        return job;
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
}
