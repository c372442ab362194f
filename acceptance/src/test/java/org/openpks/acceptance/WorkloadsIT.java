package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What people do with a cluster, with the kubeconfig of `pks get-credentials`. Each test has a Kubernetes
/// namespace of its own.
@ExtendWith(ProductExtension.class)
class WorkloadsIT {

    private static final String CLUSTER = "work";
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Product product;
    private final String namespace = "t" + Long.toString(System.nanoTime(), 36);

    WorkloadsIT(Product product) {
        this.product = product;
    }

    @BeforeEach
    void makeNamespace() {
        product.cluster(CLUSTER, "small", 3);
        Eventually.holds(
                SOON,
                "three workers are Ready",
                () -> product.readyNodes(CLUSTER).size() == 3);
        cluster("create", "namespace", namespace).ok();
        Eventually.holds(SOON, "the default service account is there", () -> kubectl("get", "serviceaccount", "default")
                .succeeded());
    }

    @AfterEach
    void removeNamespace() {
        cluster("delete", "namespace", namespace, "--wait=false");
    }

    @Test
    void spreadsPodsThatReachEachOtherByAddressServiceAndName() {
        deployWeb();
        var pods = pods();
        assertThat(nodesOf(pods)).as("six pods lie on all workers").hasSize(3);

        for (var from : pods) {
            for (var to : pods) {
                if (!from.node().equals(to.node())) {
                    assertThat(inPod(from.name(), "http", to.address() + ":8080"))
                            .isEqualTo(to.name());
                }
            }
        }
        var names = pods.stream().map(Pod::name).toList();
        var address = kubectl("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}")
                .ok()
                .out();
        assertThat(inPod(pods.getFirst().name(), "http", address)).isIn(names);
        assertThat(inPod(pods.getFirst().name(), "http", "web")).isIn(names);
        assertThat(inPod(pods.getFirst().name(), "http", "web." + namespace + ".svc.cluster.local"))
                .isIn(names);
        assertThat(inPod(pods.getFirst().name(), "dns", "kubernetes.default.svc.cluster.local"))
                .isEqualTo("10.100.200.1");
    }

    @Test
    void answersOnANodePortFromTheMachine() throws Exception {
        deployWeb();
        var port = kubectl("get", "service", "web", "-o", "jsonpath={.spec.ports[0].nodePort}")
                .ok()
                .out();
        var names = pods().stream().map(Pod::name).toList();
        var nodes = cluster(
                        "get",
                        "nodes",
                        "-o",
                        "jsonpath={.items[*].status.addresses[?(@.type==\"InternalIP\")].address}")
                .ok()
                .out()
                .split(" ");
        assertThat(nodes).hasSize(3);
        for (var node : nodes) {
            assertThat(http("http://" + node + ":" + port).strip()).isIn(names);
        }
    }

    @Test
    void execsLogsAndForwardsPorts() throws Exception {
        deployWeb();
        var pod = pods().getFirst().name();
        assertThat(kubectl("exec", pod, "--", "sh", "-c", "echo from the shell")
                        .ok()
                        .out())
                .isEqualTo("from the shell\n");
        kubectl(
                        "run",
                        "talker",
                        "--image=registry.openpks.internal/probe:1",
                        "--restart=Never",
                        "--command",
                        "--",
                        "probe",
                        "dns",
                        "kubernetes.default.svc.cluster.local")
                .ok();
        Eventually.holds(
                SOON, "the log is there", () -> kubectl("logs", "talker").out().contains("10.100.200.1"));

        var out = product.files().resolve("forward.out");
        var forward = product.kubectlCommand(CLUSTER, "-n", namespace, "port-forward", pod, ":8080")
                .start(out, product.files().resolve("forward.err"));
        try {
            var port = Eventually.yields(SOON, "port-forward listens", () -> forwardedPort(out));
            assertThat(http("http://127.0.0.1:" + port).strip()).isEqualTo(pod);
        } finally {
            forward.destroy();
        }
    }

    @Test
    void showsWhatNodesAndPodsUse() {
        var top = Eventually.yields(Duration.ofSeconds(120), "metrics are there", () -> {
            var result = cluster("top", "nodes", "--no-headers");
            return result.succeeded()
                            && result.out()
                                            .lines()
                                            .filter(line -> !line.contains("<unknown>"))
                                            .count()
                                    == 3
                    ? Optional.of(result.out())
                    : Optional.empty();
        });
        assertThat(top.lines()).allMatch(line -> line.matches("\\S+\\s+\\d+m\\s+\\d+%\\s+\\d+Mi\\s+\\d+%\\s*"));
    }

    @Test
    void mountsConfigMapsSecretsAndAVolumeOnTheNodeAndRunsJobs() {
        var manifest = resource("mounts.yml")
                .replace("name: disk}\nspec:\n  capacity", "name: " + namespace + "-disk}\nspec:\n  capacity")
                .replace("volumeName: disk", "volumeName: " + namespace + "-disk")
                .replace("acceptance-disk", namespace);
        product.kubectlCommand(CLUSTER, "-n", namespace, "apply", "-f", "-")
                .reading(manifest)
                .run()
                .ok();
        try {
            kubectl("wait", "--for=condition=Ready", "pod/mounts", "--timeout=60s")
                    .ok();
            assertThat(inPod("mounts", "read", "/greeting/text")).isEqualTo("hello from a config map");
            assertThat(inPod("mounts", "read", "/key/text")).isEqualTo("hello from a secret");
            inPod("mounts", "write", "/disk/file", "kept");
            var node = kubectl("get", "pod", "mounts", "-o", "jsonpath={.spec.nodeName}")
                    .ok()
                    .out();
            kubectl("delete", "pod", "mounts", "--now").ok();
            kubectl(
                            "run",
                            "again",
                            "--image=registry.openpks.internal/probe:1",
                            "--restart=Never",
                            "--overrides",
                            """
                    {"spec":{"nodeName":"%s","containers":[{"name":"again","image":"registry.openpks.internal/probe:1",
                    "command":["probe","read","/disk/file"],"volumeMounts":[{"name":"disk","mountPath":"/disk"}]}],
                    "volumes":[{"name":"disk","persistentVolumeClaim":{"claimName":"disk"}}]}}
                    """.formatted(node))
                    .ok();
            Eventually.holds(SOON, "another pod reads what the first wrote", () -> kubectl("logs", "again")
                    .out()
                    .equals("kept"));
            kubectl("wait", "--for=condition=Complete", "job/once", "--timeout=60s")
                    .ok();
        } finally {
            kubectl("delete", "pod", "--all", "--now");
            kubectl("delete", "pvc", "disk", "--wait=false");
            cluster("delete", "pv", namespace + "-disk", "--wait=false");
        }
    }

    @Test
    void letsTheAdministratorDoEverythingAndANobodyNothing() {
        assertThat(kubectl("auth", "can-i", "*", "*").ok().out()).startsWith("yes");
        assertThat(kubectl("auth", "can-i", "get", "pods", "--as", "system:serviceaccount:" + namespace + ":default")
                        .out())
                .startsWith("no");
    }

    @Test
    void drainsAWorkerAndTakesItBack() {
        deployWeb();
        var node = product.readyNodes(CLUSTER).getFirst();
        try {
            cluster("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=90s")
                    .ok();
            Eventually.holds(SOON, "six pods run on the other workers", () -> {
                var pods = pods();
                return pods.size() == 6 && !nodesOf(pods).contains(node);
            });
        } finally {
            cluster("uncordon", node).ok();
        }
    }

    @Test
    void keepsSecretsEncryptedInEtcd() {
        kubectl("create", "secret", "generic", "plain", "--from-literal=word=Xylophonist")
                .ok();
        var store = product.home().resolve("disks");
        var found = new Command(Map.of(), List.of("grep", "-rlac", "Xylophonist", store.toString())).run();
        assertThat(found.out())
                .as("files of etcd that hold the secret in plain text")
                .isEmpty();
        var name = new Command(Map.of(), List.of("grep", "-rlac", namespace, store.toString())).run();
        assertThat(name.out()).as("the search does look at etcd's files").isNotEmpty();
    }

    private record Pod(String name, String address, String node) {}

    private void deployWeb() {
        product.kubectlCommand(CLUSTER, "-n", namespace, "apply", "-f", "-")
                .reading(resource("web.yml"))
                .run()
                .ok();
        kubectl("rollout", "status", "deployment/web", "--timeout=90s").ok();
    }

    /// Pods of the deployment that run and are not going away.
    private List<Pod> pods() {
        return kubectl(
                        "get",
                        "pods",
                        "-l",
                        "app=web",
                        "-o",
                        "jsonpath={range .items[?(@.status.phase==\"Running\")]}{.metadata.name} {.status.podIP} {.spec.nodeName} {.metadata.deletionTimestamp}{\"\\n\"}{end}")
                .ok()
                .out()
                .lines()
                .map(line -> line.strip().split(" "))
                .filter(columns -> columns.length == 3)
                .map(columns -> new Pod(columns[0], columns[1], columns[2]))
                .toList();
    }

    private static Set<String> nodesOf(List<Pod> pods) {
        var nodes = new TreeSet<String>();
        pods.forEach(pod -> nodes.add(pod.node()));
        return nodes;
    }

    private String inPod(String pod, String... words) {
        var all = new ArrayList<>(List.of("exec", pod, "--", "probe"));
        all.addAll(List.of(words));
        return kubectl(all.toArray(String[]::new)).ok().out().strip();
    }

    private Command.Result kubectl(String... words) {
        var all = new ArrayList<>(List.of("-n", namespace));
        all.addAll(List.of(words));
        return cluster(all.toArray(String[]::new));
    }

    private Command.Result cluster(String... words) {
        return product.kubectl(CLUSTER, words);
    }

    private static Optional<String> forwardedPort(Path out) {
        try {
            return Files.readString(out)
                    .lines()
                    .filter(line -> line.startsWith("Forwarding from 127.0.0.1:"))
                    .map(line -> line.replaceAll("Forwarding from 127.0.0.1:(\\d+).*", "$1"))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static String http(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url))
                                .timeout(Duration.ofSeconds(5))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    static String resource(String name) {
        try (var stream = Objects.requireNonNull(WorkloadsIT.class.getResourceAsStream("/" + name))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
