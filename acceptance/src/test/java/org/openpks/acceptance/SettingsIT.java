package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

/// What an owner changes of a cluster with `pks` and the API, looked for on its machines.
@ExtendWith(ProductExtension.class)
class SettingsIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final String CLUSTER = "settled";
    private static final String API_SERVER = "kube-apiserver";

    private static final String ENCRYPTION = """
            kind: EncryptionConfiguration
            apiVersion: apiserver.config.k8s.io/v1
            resources:
            - resources: [secrets]
              providers:
              - aescbc: {keys: [{name: mine, secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=}]}
            """;

    private final Product product;

    SettingsIT(Product product) {
        this.product = product;
    }

    @Test
    void whatAnOwnerChangesIsSoOnTheMachines() throws IOException {
        product.cluster(CLUSTER, "small", 1);
        product.issuer().start();
        try {
            kubectl("create", "secret", "generic", "before", "--from-literal=a=b");
            trustsRegistriesKeepsTagsAndDrainsAsAsked();
            takesAProfile();
            tellsWhyAProfileBreaksAProgramAndComesBack();
            hasNodePools();
        } finally {
            product.issuer().close();
            product.pks("delete-cluster", CLUSTER, "--wait", "--non-interactive")
                    .ok();
        }
    }

    private void trustsRegistriesKeepsTagsAndDrainsAsAsked() throws IOException {
        var keys = SelfSigned.create(product.files().resolve("registry.p12"), "ip:" + product.gateway());
        try (var known = new Registry(product.files(), product.gateway(), Optional.of(keys));
                var plain = new Registry(product.files(), product.gateway(), Optional.empty())) {
            var machines = cids();
            assertThat(pulled("stranger", known))
                    .as("nobody vouches for it yet")
                    .isFalse();

            var body = Map.of(
                    "kubelet_drain_timeout",
                    "7",
                    "cluster_tags",
                    List.of(Map.of("name", "team", "value", "blue"), Map.of("name", "job", "value", "mine")),
                    "insecure_registries",
                    List.of(plain.host()),
                    "custom_ca_certs",
                    List.of(Map.of("domain_name", known.host(), "ca_cert", keys.pem())));
            assertThat(changed(patch("/v1/clusters/" + CLUSTER, body))).isEqualTo("succeeded");

            assertThat(cids()).as("no machine was made anew").isEqualTo(machines);
            for (var node : nodes()) {
                var metadata = read(node, "instance/metadata.json");
                assertThat(metadata).contains("\"team\":\"blue\"").contains("\"job\":\"%s\"".formatted(node.group()));
            }
            assertThat(read(node("worker"), "jobs/kubelet/bin/drain")).contains("-timeout 7m");
            assertThat(pulled("trusted", known)).isTrue();
            assertThat(pulled("plain", plain)).isTrue();
            kubectl("delete", "pod", "stranger", "trusted", "plain", "--now", "--ignore-not-found");
        }
    }

    private boolean pulled(String pod, Registry registry) {
        kubectl("run", pod, "--image=" + registry.image(), "--restart=Never");
        return Eventually.yields(LONG, pod + " runs or cannot be pulled", () -> {
            var state = kubectl("get", "pod", pod, "-o", "jsonpath={.status}");
            return state.contains("\"phase\":\"Running\"")
                    ? Optional.of(true)
                    : state.contains("ErrImagePull") ? Optional.of(false) : Optional.empty();
        });
    }

    /// Creates a Kubernetes profile from a file that names others, as its owner does.
    /// @param checked arguments of kube-apiserver beside those that all have
    /// @param unchecked the same for the experimental block
    private void kubernetesProfile(String name, Map<String, String> checked, Map<String, String> unchecked)
            throws IOException {
        var encryption = Files.writeString(product.files().resolve("encryption.yml"), ENCRYPTION);
        var authority = Files.writeString(
                product.files().resolve("oidc-ca.pem"), product.issuer().certificate());
        var arguments = new HashMap<>(Map.of(
                "service-node-port-range", "31000-31999",
                "enable-admission-plugins", "ResourceQuota,PodNodeSelector",
                "feature-gates", "AllAlpha=false",
                "oidc-issuer-url", product.issuer().url(),
                "oidc-client-id", Issuer.CLIENT,
                "oidc-username-claim", "user_name",
                "oidc-username-prefix", "dex:"));
        arguments.putAll(checked);
        var files = Map.of("encryption-provider-config", encryption.toString(), "oidc-ca-file", authority.toString());
        create(
                "kubernetes",
                Map.of(
                        "name",
                        name,
                        "customizations",
                        List.of(
                                Map.of("component", API_SERVER, "arguments", arguments, "file-arguments", files),
                                Map.of("component", "kubelet", "arguments", Map.of("max-pods", "42"))),
                        "experimental_customizations",
                        unchecked.isEmpty()
                                ? List.of()
                                : List.of(Map.of("component", API_SERVER, "arguments", unchecked))));
    }

    private void create(String kind, Map<String, ?> profile) throws IOException {
        var file = Files.writeString(product.files().resolve("profile.json"), JSON.writeValueAsString(profile));
        product.pks("create-%s-profile".formatted(kind), file.toString()).ok();
    }

    private Command.Result update(String... flags) {
        var words = new ArrayList<>(List.of("update-cluster", CLUSTER, "--wait", "--non-interactive"));
        words.addAll(List.of(flags));
        return product.pks(words.toArray(String[]::new));
    }

    private void takesAProfile() throws IOException {
        kubernetesProfile("strict", Map.of("event-ttl", "2h"), Map.of());
        update("--kubernetes-profile", "strict").ok();

        kubectl("create", "secret", "generic", "after", "--from-literal=a=b");
        assertThat(stored("after")).startsWith("k8s:enc:aescbc:v1:mine:");
        assertThat(stored("before")).startsWith("k8s:enc:secretbox:v1:key1:");
        assertThat(kubectl("get", "secret", "before", "-o", "jsonpath={.data.a}"))
                .as("the product's key still reads")
                .isEqualTo("Yg==");
        var arguments = arguments("master", API_SERVER);
        assertThat(arguments)
                .contains(
                        "--event-ttl=2h",
                        "--feature-gates=AllAlpha=false",
                        "--enable-admission-plugins=NodeRestriction,ResourceQuota,PodNodeSelector")
                .doesNotHaveDuplicates();
        assertThat(kubectl("get", "nodes", "-o", "jsonpath={.items[0].status.capacity.pods}"))
                .isEqualTo("42");
        assertThat(product.kubectl(CLUSTER, "create", "service", "nodeport", "low", "--tcp=80", "--node-port=30500")
                        .err())
                .contains("31000-31999");
        var token = product.issuer()
                .token("cody", List.of(), Issuer.CLIENT, Instant.now().plusSeconds(600));
        Eventually.holds(
                LONG, "the profile's provider is known", () -> whoAmI(token).equals("dex:cody"));
        assertThat(product.kubectl(CLUSTER, "config", "view", "--raw", "--minify")
                        .ok()
                        .out())
                .as("the control plane's own users get in as before")
                .doesNotContain("auth-provider");
    }

    private String whoAmI(String token) {
        var request = HttpRequest.newBuilder(
                        URI.create("https://%s:8443/apis/authentication.k8s.io/v1/selfsubjectreviews"
                                .formatted(node("master").address())))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"SelfSubjectReview\"}"));
        var authority = kubectl(
                "config",
                "view",
                "--raw",
                "--minify",
                "-o",
                "jsonpath={.clusters[0].cluster.certificate-authority-data}");
        var answer =
                product.send(request, new String(Base64.getDecoder().decode(authority), StandardCharsets.US_ASCII));
        return JSON.readTree(answer.body()).at("/status/userInfo/username").asString("");
    }

    private void tellsWhyAProfileBreaksAProgramAndComesBack() throws IOException {
        kubernetesProfile("broken", Map.of(), Map.of("event-ttl", "soon"));
        long began = System.nanoTime();
        assertThat(update("--kubernetes-profile", "broken").err())
                .contains("invalid argument \"soon\" for \"--event-ttl\"");
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as("its post-start waits two minutes for what may still come")
                .isLessThan(Duration.ofSeconds(110));

        kubernetesProfile("patient", Map.of("event-ttl", "3h"), Map.of());
        update("--kubernetes-profile", "patient").ok();
        assertThat(arguments("master", API_SERVER)).contains("--event-ttl=3h");
        assertThat(update("--kubernetes-profile", "").err())
                .contains("encrypted with the keys of kubernetes profile 'patient'");
    }

    private void hasNodePools() throws IOException {
        var web = Map.of("name", "web", "instances", 1, "node_labels", "tier=web");
        var anywhere =
                Map.of("name", "data", "instances", 1, "cpu", 1, "memory_in_mb", 1024, "ephemeral_disk_in_mb", 8192);
        var open = with(anywhere, "az_names", List.of("az2"));
        var data = with(open, "node_taints", "dedicated=db:NoSchedule");
        create("compute", pools("pools", web, data));
        update("--compute-profile", "pools").ok();

        assertThat(nodes().stream().map(node -> node.group() + " " + node.zone()))
                .containsExactlyInAnyOrder("master az1", "worker-web az1", "worker-data az2");
        assertThat(kubectl("get", "nodes", "-l", "tier=web", "-o", "name").lines())
                .hasSize(1);
        Eventually.holds(
                LONG, "the pool has its taint alone", () -> taints("data").equals("dedicated:NoSchedule "));
        assertThat(limit(node("worker-data"))).isEqualTo(1024L << 20);

        var machines = cids();
        var relabelled = Map.of("name", "web", "instances", 1, "node_labels", "tier=front");
        create("compute", pools("moved", relabelled, anywhere));
        assertThat(update("--compute-profile", "moved").err())
                .contains("it would move the nodes of pool 'data' to other availability zones");
        create("compute", pools("open", relabelled, open));
        update("--compute-profile", "open").ok();
        assertThat(cids()).isEqualTo(machines);
        assertThat(kubectl("get", "nodes", "-l", "tier=front", "-o", "name").lines())
                .hasSize(1);
        Eventually.holds(LONG, "the pool lost its taint", () -> taints("data").isEmpty());
        assertThat(update("--node-pool-instances", "none:1").err())
                .contains(
                        "'node_pool_instances.none' names a pool that compute profile 'open' does not have; it has data, web");
    }

    private static Map<String, Object> with(Map<String, ?> pool, String key, Object value) {
        var more = new HashMap<String, Object>(pool);
        more.put(key, value);
        return more;
    }

    private static Map<String, Object> pools(String name, Map<String, ?>... pools) {
        return Map.of(
                "name", name, "parameters", Map.of("cluster_customization", Map.of("node_pools", List.of(pools))));
    }

    private String taints(String pool) {
        return kubectl(
                "get",
                "nodes",
                "-l",
                "openpks.org/node-pool=" + pool,
                "-o",
                "jsonpath={range .items[*].spec.taints[*]}{.key}:{.effect} {end}");
    }

    // ---- machines

    private List<Machine.Node> nodes() {
        return Machine.runningNodes(product, uuid());
    }

    private Machine.Node node(String group) {
        return nodes().stream()
                .filter(node -> node.group().equals(group))
                .findFirst()
                .orElseThrow();
    }

    private List<String> cids() {
        return nodes().stream().map(Machine.Node::cid).sorted().toList();
    }

    private String read(Machine.Node node, String file) throws IOException {
        var vcap = product.home().resolve("nodes").resolve(node.cid()).resolve("vcap");
        // The job's link leads where the machine, not the node, has nothing.
        return file.startsWith("jobs/")
                ? inNode(node, "cat", "/var/vcap/" + file)
                : Files.readString(vcap.resolve(file));
    }

    private static String inNode(Machine.Node node, String... words) {
        var all = new ArrayList<>(
                List.of("nsenter", "-t", String.valueOf(node.first().pid()), "-a", "--"));
        all.addAll(List.of(words));
        return new Command(Map.of(), all).run().ok().out();
    }

    /// The readable beginning of a secret as etcd has it.
    private String stored(String secret) {
        return inNode(
                node("master"),
                "bash",
                "-c",
                "/var/vcap/jobs/etcd/bin/etcdctl get /registry/secrets/default/%s --print-value-only | head -c 40 | tr -cd '[:print:]'"
                        .formatted(secret));
    }

    private List<String> arguments(String group, String program) {
        var text = inNode(
                node(group),
                "bash",
                "-c",
                "tr '\\0' '\\n' </proc/$(cat /var/vcap/sys/run/%s/%s.pid)/cmdline".formatted(program, program));
        return text.lines().toList();
    }

    private static long limit(Machine.Node node) {
        return Long.parseLong(inNode(
                        node,
                        "bash",
                        "-c",
                        "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null | head -n 1")
                .strip());
    }

    // ---- the control plane

    private String kubectl(String... words) {
        return product.kubectl(CLUSTER, words).ok().out();
    }

    private String uuid() {
        return product.api("/v1/clusters/" + CLUSTER).path("uuid").asString();
    }

    private HttpResponse<String> patch(String path, Object body) {
        return product.send(HttpRequest.newBuilder(URI.create(product.exports().get("PKS_API") + path))
                .header("Authorization", "Bearer " + product.token())
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    /// How the change ended that the API accepted.
    private String changed(HttpResponse<String> accepted) {
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        return Eventually.yields(LONG, "the change ends", () -> {
            var cluster = product.api("/v1/clusters/" + CLUSTER);
            var state = cluster.path("last_action_state").asString();
            return state.equals("in progress")
                    ? Optional.empty()
                    : Optional.of(
                            state.equals("succeeded")
                                    ? state
                                    : cluster.path("last_action_description").asString());
        });
    }
}
