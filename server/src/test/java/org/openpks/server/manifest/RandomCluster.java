package org.openpks.server.manifest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.openpks.adapter.Plan;
import org.openpks.adapter.ServiceAdapter.GenerateManifest;
import org.openpks.adapter.ServiceDeployment;

/// A valid plan for the example cloud config and valid wishes for it, the same ones for the same seed.
final class RandomCluster {

    private static final String SECRET = "never-in-a-manifest";

    private final Random random;
    private final ServiceDeployment deployment;
    private final Plan plan;
    private final Map<String, Object> create;
    private final Optional<String> address;
    private final int most;

    RandomCluster(long seed) {
        random = new Random(seed);
        most = 1 + random.nextInt(50);
        deployment = deployment("1.37.2+" + Integer.toHexString(random.nextInt(1 << 24)));
        int masters = List.of(1, 3, 5).get(random.nextInt(3));
        plan = plan(masters);
        create = new LinkedHashMap<>();
        create.put("kubernetes_master_host", host());
        maybe(() -> create.put("kubernetes_master_port", 20_000 + random.nextInt(1000)));
        create.putAll(change());
        address = masters == 1 ? Optional.empty() : Optional.of("100.96.0." + (200 + random.nextInt(55)));
    }

    static ServiceDeployment deployment(String version) {
        return new ServiceDeployment(
                "service-instance_6f7c1c4e-2b2a-4c52-8a1e-0d4f3c1b9a77",
                List.of(new ServiceDeployment.Release("kubernetes", version, List.of())),
                List.of(new ServiceDeployment.Stemcell(Optional.empty(), "openpks-bookworm", "1.7")));
    }

    Plan plan() {
        return plan;
    }

    /// What the creation asks for.
    Map<String, Object> wishes() {
        return create;
    }

    GenerateManifest create() {
        return request(deployment, create, Optional.empty());
    }

    /// The same with the entries of the wishes in another order.
    GenerateManifest createShuffled() {
        var names = new ArrayList<>(create.keySet());
        Collections.shuffle(names, random);
        var shuffled = new LinkedHashMap<String, Object>();
        names.forEach(name -> shuffled.put(name, create.get(name)));
        return request(deployment, shuffled, Optional.empty());
    }

    GenerateManifest update(Map<String, Object> wishes, String previous) {
        return request(deployment, wishes, Optional.of(previous));
    }

    /// What the broker asks to see whether an operator changed something.
    GenerateManifest pending(String previous) {
        return new GenerateManifest(
                deployment, plan, Map.of(), Optional.of(previous), Optional.of(plan), secrets(), Map.of());
    }

    int otherWorkers(int than) {
        return most == 1 ? 1 : (than + random.nextInt(most - 1)) % most + 1;
    }

    /// Wishes that an update may have.
    Map<String, Object> change() {
        var change = new LinkedHashMap<String, Object>();
        maybe(() -> change.put("kubernetes_worker_instances", 1 + random.nextInt(most)));
        maybe(() -> change.put("kubelet_drain_timeout", number(1, 1440)));
        maybe(() -> change.put("kubelet_drain_grace_period", number(-1, 86_400)));
        for (var name : List.of("force", "ignore_daemonsets", "delete_local_data", "force_node")) {
            maybe(() -> change.put("kubelet_drain_" + name, truth()));
        }
        maybe(() -> change.put(
                "cluster_tags", List.of(Map.of("name", "team", "value", "t" + random.nextInt(9)), tag("job"))));
        maybe(() -> change.put("insecure_registries", List.of("r%d.example.com:5000".formatted(random.nextInt(9)))));
        maybe(() -> change.put("kubernetes_profile", profile()));
        return change;
    }

    private static Map<String, Object> tag(String name) {
        return Map.of("name", name, "value", "");
    }

    private Map<String, Object> profile() {
        var arguments = Map.of("v", String.valueOf(random.nextInt(9)));
        var one = Map.of("component", pick("kube-apiserver", "kubelet", "kube-proxy"), "arguments", arguments);
        return Map.of("name", "p" + random.nextInt(9), "customizations", List.of(one));
    }

    private GenerateManifest request(
            ServiceDeployment software, Map<String, Object> wishes, Optional<String> previous) {
        var body = new LinkedHashMap<String, Object>();
        body.put("parameters", wishes);
        body.put("context", Map.of("platform", "pks", "instance_name", "c" + random.nextInt(100)));
        address.ifPresent(ip -> body.put("api_address", ip));
        return new GenerateManifest(software, plan, body, previous, previous.map(any -> plan), secrets(), Map.of());
    }

    /// Values of the variables, which no manifest may hold.
    private static Map<String, String> secrets() {
        return Map.of("((tls-kubernetes-admin.private_key))", SECRET, "((node-token))", SECRET);
    }

    static boolean holdsASecret(String manifest) {
        return manifest.contains(SECRET) || manifest.contains("PRIVATE KEY");
    }

    private Plan plan(int masters) {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("max_worker_instances", most);
        maybe(() -> properties.put("worker_max_in_flight", random.nextBoolean() ? 1 + random.nextInt(6) : "25%"));
        maybe(() -> properties.put("allow_privileged_containers", random.nextBoolean()));
        maybe(() -> properties.put("pod_security", pick("privileged", "baseline", "restricted")));
        maybe(() -> properties.put("admission_plugins", some("PodNodeSelector", "DenyServiceExternalIPs")));
        maybe(() -> properties.put(
                "kubelet",
                Map.of(
                        "system_reserved", Map.of("memory", random.nextInt(500) + "Mi"),
                        "eviction_hard", Map.of("nodefs.available", random.nextInt(20) + "%"))));
        maybe(() -> properties.put("node_drain", drain()));
        maybe(() -> properties.put(
                "addons",
                "apiVersion: v1\nkind: Namespace\nmetadata: {name: \"ä: #%d\"}\n".formatted(random.nextInt())));
        maybe(() -> properties.put(
                "network",
                Map.of(
                        "pod_cidr",
                        "10.%d.0.0/16".formatted(random.nextInt(100)),
                        "backend",
                        pick("host-gw", "vxlan"))));
        maybe(() -> properties.put(
                "oidc",
                Map.of(
                        "issuer_url",
                        "https://uaa.example.com:8443/oauth/token",
                        "username_prefix",
                        pick("", "oidc:"))));
        return new Plan(
                properties,
                List.of(
                        group(
                                "master",
                                masters,
                                pick("master-small", "master-medium", "master-large"),
                                Optional.of("5120")),
                        group(
                                "worker",
                                1 + random.nextInt(most),
                                pick("worker-small", "worker-medium", "worker-large"),
                                random.nextBoolean() ? Optional.of("10240") : Optional.empty())),
                random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(new Plan.Update(
                                random.nextInt(3),
                                "1-300000",
                                "1-300000",
                                random.nextBoolean() ? 1 + random.nextInt(4) : "50%",
                                Optional.of(random.nextBoolean()),
                                Optional.empty())),
                new Plan.LifecycleErrands(List.of(new Plan.Errand("apply-addons", List.of("master/0"))), List.of()));
    }

    private Plan.InstanceGroup group(String name, int instances, String vmType, Optional<String> disk) {
        return new Plan.InstanceGroup(
                name,
                vmType,
                List.of(),
                disk,
                instances,
                List.of("default"),
                some("az1", "az2", "az3"),
                Optional.empty(),
                List.of());
    }

    private Map<String, Object> drain() {
        var drain = new LinkedHashMap<String, Object>();
        drain.put("timeout_minutes", 1 + random.nextInt(1440));
        maybe(() -> drain.put("grace_period_seconds", random.nextInt(86_400) - 1));
        maybe(() -> drain.put("force_node", random.nextBoolean()));
        return drain;
    }

    private String host() {
        return random.nextBoolean()
                ? "c%d.example.com".formatted(random.nextInt(1000))
                : "192.168.%d.%d".formatted(random.nextInt(256), random.nextInt(256));
    }

    /// Clients send numbers and booleans as what they are, or as texts.
    private Object number(int least, int most) {
        int number = least + random.nextInt(most - least + 1);
        return random.nextBoolean() ? number : String.valueOf(number);
    }

    private Object truth() {
        boolean truth = random.nextBoolean();
        return random.nextBoolean() ? truth : String.valueOf(truth);
    }

    private String pick(String... values) {
        return values[random.nextInt(values.length)];
    }

    /// At least one of them.
    private List<String> some(String... values) {
        var shuffled = new ArrayList<>(List.of(values));
        Collections.shuffle(shuffled, random);
        return List.copyOf(shuffled.subList(0, 1 + random.nextInt(values.length)));
    }

    private void maybe(Runnable action) {
        if (random.nextBoolean()) {
            action.run();
        }
    }
}
