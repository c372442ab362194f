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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What an owner changes of a cluster, looked for on its machines. Profiles are given to the broker, as the API does.
@ExtendWith(ProductExtension.class)
class SettingsIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final String CLUSTER = "settled";

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

    private static Map<String, Object> profile(String ttl, Product product) {
        return Map.of(
                "name",
                "strict",
                "customizations",
                List.of(
                        Map.of(
                                "component",
                                "kube-apiserver",
                                "arguments",
                                Map.of(
                                        "event-ttl", ttl,
                                        "service-node-port-range", "31000-31999",
                                        "enable-admission-plugins", "ResourceQuota,PodNodeSelector",
                                        "feature-gates", "AllAlpha=false",
                                        "oidc-issuer-url", product.issuer().url(),
                                        "oidc-client-id", Issuer.CLIENT,
                                        "oidc-username-claim", "user_name",
                                        "oidc-username-prefix", "dex:"),
                                "file-arguments",
                                Map.of(
                                        "encryption-provider-config",
                                        ENCRYPTION,
                                        "oidc-ca-file",
                                        product.issuer().certificate())),
                        Map.of("component", "kubelet", "arguments", Map.of("max-pods", "42"))));
    }

    private void takesAProfile() {
        assertThat(asked(Map.of("kubernetes_profile", profile("2h", product)))).isEqualTo("succeeded");

        kubectl("create", "secret", "generic", "after", "--from-literal=a=b");
        assertThat(stored("after")).startsWith("k8s:enc:aescbc:v1:mine:");
        assertThat(stored("before")).startsWith("k8s:enc:secretbox:v1:key1:");
        assertThat(kubectl("get", "secret", "before", "-o", "jsonpath={.data.a}"))
                .as("the product's key still reads")
                .isEqualTo("Yg==");
        var arguments = arguments("master", "kube-apiserver");
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

    private void tellsWhyAProfileBreaksAProgramAndComesBack() {
        long began = System.nanoTime();
        assertThat(asked(Map.of("kubernetes_profile", profile("soon", product))))
                .contains("invalid argument \"soon\" for \"--event-ttl\"");
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as("its post-start waits two minutes for what may still come")
                .isLessThan(Duration.ofSeconds(110));

        assertThat(asked(Map.of("kubernetes_profile", profile("3h", product)))).isEqualTo("succeeded");
        assertThat(arguments("master", "kube-apiserver")).contains("--event-ttl=3h");
        assertThat(refused(Map.of("kubernetes_profile", Map.of())))
                .contains("encrypted with the keys of the Kubernetes profile strict");
    }

    private void hasNodePools() {
        var web = Map.of("name", "web", "instances", 1, "node_labels", "tier=web");
        var data = Map.of(
                "name",
                "data",
                "instances",
                1,
                "cpu",
                1,
                "memory_in_mb",
                1024,
                "ephemeral_disk_in_mb",
                8192,
                "az_names",
                List.of("az2"),
                "node_taints",
                "dedicated=db:NoSchedule");
        assertThat(asked(Map.of("compute_profile", pools(web, data)))).isEqualTo("succeeded");

        assertThat(nodes().stream().map(node -> node.group() + " " + node.zone()))
                .containsExactlyInAnyOrder("master az1", "worker-web az1", "worker-data az2");
        assertThat(kubectl("get", "nodes", "-l", "tier=web", "-o", "name").lines())
                .hasSize(1);
        Eventually.holds(
                LONG, "the pool has its taint alone", () -> taints("data").equals("dedicated:NoSchedule "));
        assertThat(limit(node("worker-data"))).isEqualTo(1024L << 20);

        var machines = cids();
        var relabelled = Map.of("name", "web", "instances", 1, "node_labels", "tier=front");
        var open = Map.of("name", "data", "instances", 1, "cpu", 1, "memory_in_mb", 1024, "ephemeral_disk_in_mb", 8192);
        assertThat(asked(Map.of("compute_profile", pools(relabelled, open)))).isEqualTo("succeeded");
        assertThat(cids()).isEqualTo(machines);
        assertThat(kubectl("get", "nodes", "-l", "tier=front", "-o", "name").lines())
                .hasSize(1);
        Eventually.holds(LONG, "the pool lost its taint", () -> taints("data").isEmpty());
        assertThat(refused(Map.of("node_pool_instances", Map.of("none", 1))))
                .contains("node_pool_instances.none is no node pool of the cluster; there are web, data");
    }

    private static Map<String, Object> pools(Map<String, ?>... pools) {
        return Map.of(
                "name", "pools", "parameters", Map.of("cluster_customization", Map.of("node_pools", List.of(pools))));
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

    /// How an update that the broker accepted ended: `succeeded`, or why not.
    private String asked(Map<String, ?> parameters) {
        var accepted = broker("PATCH", "?accepts_incomplete=true", update(parameters));
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        return Eventually.yields(LONG, "the update ends", () -> {
            var operation = JSON.readTree(broker("GET", "/last_operation", null).body());
            return switch (operation.path("state").asString()) {
                case "in progress" -> Optional.empty();
                case "succeeded" -> Optional.of("succeeded");
                default -> Optional.of(operation.path("description").asString());
            };
        });
    }

    private String refused(Map<String, ?> parameters) {
        var answer = broker("PATCH", "?accepts_incomplete=true", update(parameters));
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
        return JSON.readTree(answer.body()).path("description").asString();
    }

    private Map<String, Object> update(Map<String, ?> parameters) {
        JsonNode instance = JSON.readTree(broker("GET", "", null).body());
        return Map.of(
                "service_id",
                instance.path("service_id").asString(),
                "plan_id",
                instance.path("plan_id").asString(),
                "parameters",
                parameters);
    }

    private HttpResponse<String> broker(String method, String path, Object body) {
        var exports = product.exports();
        var login = Base64.getEncoder()
                .encodeToString("%s:%s"
                        .formatted(exports.get("BROKER_USER"), exports.get("BROKER_PASSWORD"))
                        .getBytes(StandardCharsets.UTF_8));
        return product.send(
                HttpRequest.newBuilder(URI.create(exports.get("BROKER_URL") + "/v2/service_instances/" + uuid() + path))
                        .header("Authorization", "Basic " + login)
                        .header("X-Broker-API-Version", "2.15")
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }
}
