package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Clusters come, grow, shrink and go; the control plane goes and comes back.
@ExtendWith(ProductExtension.class)
class LifecycleIT {

    private static final Duration LONG = Duration.ofMinutes(3);

    private final Product product;

    LifecycleIT(Product product) {
        this.product = product;
    }

    @Test
    void resizesWhilePodsKeepServing() {
        product.cluster("sized", "small", 3);
        try (var client = new Client(Web.serve(product, "sized", "web.yml"))) {
            product.pks("resize", "sized", "--num-nodes", "5", "--wait", "--non-interactive")
                    .ok();
            assertThat(product.readyNodes("sized")).hasSize(5);

            product.pks("resize", "sized", "--num-nodes", "1", "--wait", "--non-interactive")
                    .ok();
            Eventually.holds(LONG, "one worker is left", () -> nodes("sized").size() == 1);
            assertThat(product.readyNodes("sized")).hasSize(1);
            product.kubectl("sized", "rollout", "status", "deployment/web", "--timeout=120s")
                    .ok();
            assertThat(client.failures()).isEmpty();
            assertThat(client.answers()).isGreaterThan(20);
        } finally {
            product.pks("delete-cluster", "sized", "--wait", "--non-interactive")
                    .ok();
        }
    }

    @Test
    void leavesNothingOfADeletedCluster() {
        var before = Machine.of(product);
        product.cluster("brief", "small", 2);
        Web.serve(product, "brief", "web.yml");
        assertThat(Machine.of(product).since(before))
                .as("the machine's tools see the cluster")
                .hasSizeGreaterThan(10);

        product.pks("delete-cluster", "brief", "--wait", "--non-interactive").ok();

        assertThat(Machine.of(product).since(before)).isEmpty();
        assertThat(product.pks("cluster", "brief").all()).contains("Error: Cluster brief not found");
        assertThat(product.pks("clusters").ok().out()).doesNotContain("brief");
    }

    @Test
    void keepsTwoClustersApart() {
        product.cluster("one", "small", 1);
        product.cluster("two", "small", 1);
        try {
            assertThat(nodes("one")).doesNotContainAnyElementsOf(nodes("two"));
            var master = masterAddress("two");
            product.kubectl(
                            "one",
                            "run",
                            "spy",
                            "--image=registry.openpks.internal/probe:1",
                            "--restart=Never",
                            "--overrides",
                            """
                    {"spec":{"hostNetwork":true,"containers":[{"name":"spy","image":"registry.openpks.internal/probe:1","command":["probe","serve","-listen",":18080"]}]}}
                    """)
                    .ok();
            product.kubectl("one", "wait", "--for=condition=Ready", "pod/spy", "--timeout=60s")
                    .ok();
            assertThat(probe("one", "spy", "tcp", masterAddress("one") + ":8443")
                            .succeeded())
                    .as("the spy reaches its own master, so the check below can fail")
                    .isTrue();
            for (var port : List.of("2379", "2380")) {
                assertThat(probe("one", "spy", "tcp", master + ":" + port).succeeded())
                        .as("etcd port " + port)
                        .isFalse();
            }
        } finally {
            product.pks("delete-cluster", "one", "--non-interactive").ok();
            product.pks("delete-cluster", "two", "--wait", "--non-interactive").ok();
            awaitGone("one");
        }
    }

    @Test
    void servesWithoutTheControlPlaneAndIsFoundAgain() {
        product.cluster("steady", "small", 2);
        try (var client = new Client(Web.serve(product, "steady", "web.yml"))) {
            product.server("down").ok();
            assertThat(product.pks("clusters").code()).isEqualTo(1);
            assertThat(product.kubectl("steady", "get", "nodes")
                            .ok()
                            .out()
                            .lines()
                            .count())
                    .isEqualTo(3);

            product.up();
            assertThat(product.pks("clusters").ok().out()).contains("steady");
            product.pks("resize", "steady", "--num-nodes", "3", "--wait", "--non-interactive")
                    .ok();
            assertThat(product.readyNodes("steady")).hasSize(3);
            assertThat(client.failures()).isEmpty();
        } finally {
            product.pks("delete-cluster", "steady", "--wait", "--non-interactive")
                    .ok();
        }
    }

    @Test
    void goesOnWithACreateThatAKillInterrupted() {
        var before = Machine.of(product);
        product.pks(
                        "create-cluster",
                        "phoenix",
                        "-e",
                        "phoenix.example.com",
                        "-p",
                        "small",
                        "-n",
                        "2",
                        "--non-interactive")
                .ok();
        Eventually.holds(LONG, "the first node is being made", () -> !Machine.of(product)
                .since(before)
                .isEmpty());
        var process = product.controlPlane();
        process.destroyForcibly();
        process.onExit().join();

        product.up();
        var state = Eventually.yields(LONG, "the create ends", () -> {
            var shown = product.pks("cluster", "phoenix").out();
            return shown.contains("in progress") ? Optional.empty() : Optional.of(shown);
        });
        assertThat(state).containsAnyOf("succeeded", "failed");
        if (state.contains("succeeded")) {
            product.pks("get-credentials", "phoenix").ok();
            assertThat(product.readyNodes("phoenix")).hasSize(2);
        } else {
            assertThat(state).contains("Instance provisioning failed: ");
        }

        product.pks("delete-cluster", "phoenix", "--wait", "--non-interactive").ok();
        assertThat(Machine.of(product).since(before)).isEmpty();
    }

    @Test
    void letsOneProcessOwnAHomeAndKeepsItsDatabaseUp() {
        assertThat(product.server("run").err()).contains("Error: The control plane runs already.");
        assertThat(product.server("status").ok().out()).contains("is up");

        ProcessHandle.allProcesses()
                .filter(process ->
                        process.info().commandLine().orElse("").contains("mariadbd --defaults-file=" + product.home()))
                .forEach(ProcessHandle::destroyForcibly);
        Eventually.holds(
                LONG, "the database is back", () -> product.pks("clusters").succeeded());
    }

    @Test
    void bootsNodesAgainThatDied() {
        product.cluster("lazarus", "small", 2);
        try {
            product.kubectl("lazarus", "create", "configmap", "kept", "--from-literal=a=b")
                    .ok();
            var begin = System.nanoTime();
            var uuid = product.pks("cluster", "lazarus")
                    .ok()
                    .out()
                    .lines()
                    .filter(line -> line.startsWith("UUID:"))
                    .map(line -> line.substring("UUID:".length()).strip())
                    .findFirst()
                    .orElseThrow();
            var nodes = Machine.nodes(product, uuid);
            assertThat(nodes).hasSize(3);
            nodes.forEach(ProcessHandle::destroyForcibly);
            Eventually.holds(
                    LONG, "nobody answers", () -> !product.kubectl("lazarus", "get", "nodes", "--request-timeout=1s")
                            .succeeded());
            Eventually.holds(
                    LONG,
                    "the API is back with both nodes",
                    () -> product.readyNodes("lazarus").size() == 2
                            && product.kubectl("lazarus", "get", "configmap", "kept")
                                    .succeeded());
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
        } finally {
            product.pks("delete-cluster", "lazarus", "--wait", "--non-interactive")
                    .ok();
        }
    }

    private List<String> nodes(String cluster) {
        return product.kubectl(cluster, "get", "nodes", "-o", "name")
                .out()
                .lines()
                .toList();
    }

    private String masterAddress(String cluster) {
        return masterAddresses(cluster).getFirst();
    }

    private List<String> masterAddresses(String cluster) {
        var line = product.pks("cluster", cluster)
                .ok()
                .out()
                .lines()
                .filter(text -> text.startsWith("Kubernetes Master IP(s):"))
                .findFirst()
                .orElseThrow();
        return Arrays.stream(line.substring(line.indexOf(':') + 1).split(","))
                .map(String::strip)
                .toList();
    }

    private Command.Result probe(String cluster, String pod, String... words) {
        var all = new ArrayList<>(List.of("exec", pod, "--", "probe"));
        all.addAll(List.of(words));
        return product.kubectl(cluster, all.toArray(String[]::new));
    }

    private void awaitGone(String cluster) {
        Eventually.holds(LONG, cluster + " is gone", () -> product.pks("cluster", cluster)
                .all()
                .contains("not found"));
    }
}
