package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Clusters are made at one Kubernetes version and upgraded to the next.
@ExtendWith(ProductExtension.class)
class UpgradeIT {

    private static final String OLD = "1.36.3";
    private static final String NEW = "1.37.2";
    private static final String NEWEST = "";
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration LONG = Duration.ofMinutes(3);

    private final Product product;

    UpgradeIT(Product product) {
        this.product = product;
    }

    @Test
    void upgradesWhileTheApiAnswersAndPodsServe() {
        product.offer(OLD);
        try {
            product.cluster("aged", "medium", 3);
            assertThat(versions("aged")).hasSize(3).containsOnly("v" + OLD);
            assertThat(serverVersion("aged")).isEqualTo("v" + OLD);
            assertThat(zones("aged")).hasSize(3).doesNotHaveDuplicates();
            var urls = Web.serve(product, "aged", "budget.yml");

            product.offer(NEWEST);
            assertThat(product.pks("clusters").ok().out()).startsWith("Upgrade is available to k8s Version: " + NEW);
            assertThat(versions("aged")).containsOnly("v" + OLD);

            Duration took;
            try (var pods = new Client(urls);
                    var api = new ApiClient(product, "aged", masters("aged"))) {
                long begin = System.nanoTime();
                product.pks("upgrade-cluster", "aged", "--wait", "--non-interactive")
                        .ok();
                took = Duration.ofNanos(System.nanoTime() - begin);
                product.kubectl("aged", "rollout", "status", "deployment/web", "--timeout=60s")
                        .ok();
                assertThat(pods.failures()).isEmpty();
                assertThat(pods.answers()).isGreaterThan(100);
                assertThat(api.failures()).isEmpty();
                assertThat(api.requests()).isGreaterThan(100);
            }
            System.out.printf("upgrade of 3 masters and 3 workers: %.1f s%n", took.toMillis() / 1000.0);
            assertThat(took).isLessThan(LIMIT);
            assertThat(versions("aged")).hasSize(3).containsOnly("v" + NEW);
            assertThat(product.readyNodes("aged")).hasSize(3);
            assertThat(serverVersion("aged")).isEqualTo("v" + NEW);
            assertThat(product.pks("cluster", "aged").ok().out())
                    .containsPattern("K8s Version: +" + NEW)
                    .containsPattern("Last Action: +UPGRADE")
                    .contains("Instance upgrade completed");
            assertThat(product.pks("clusters").ok().out()).doesNotContain("Upgrade is available");
        } finally {
            product.offer(NEWEST);
            product.pks("delete-cluster", "aged", "--wait", "--non-interactive").ok();
        }
    }

    @Test
    void goesOnWithAnUpgradeThatAKillInterrupted() {
        product.offer(OLD);
        try {
            product.cluster("torn", "small", 2);
            product.offer(NEWEST);
            product.pks("upgrade-cluster", "torn", "--non-interactive").ok();
            Eventually.holds(LONG, "the master is being upgraded", () -> product.api("/v1/clusters/torn/steps")
                    .toString()
                    .contains("Updating instance master"));
            var process = product.controlPlane();
            process.destroyForcibly();
            process.onExit().join();

            product.up();
            var shown = Eventually.yields(LONG, "the upgrade ends", () -> {
                var now = product.pks("cluster", "torn").out();
                return now.contains("in progress") ? Optional.empty() : Optional.of(now);
            });
            assertThat(shown).contains("Instance upgrade completed").containsPattern("K8s Version: +" + NEW);
            assertThat(versions("torn")).hasSize(2).containsOnly("v" + NEW);
            assertThat(product.readyNodes("torn")).hasSize(2);
            assertThat(words("torn", "{.items[*].spec.unschedulable}"))
                    .as("nodes that a drain left unschedulable")
                    .isEmpty();
        } finally {
            product.offer(NEWEST);
            product.pks("delete-cluster", "torn", "--wait", "--non-interactive").ok();
        }
    }

    private List<String> versions(String cluster) {
        return words(cluster, "{.items[*].status.nodeInfo.kubeletVersion}");
    }

    private List<String> zones(String cluster) {
        return words(cluster, "{.items[*].metadata.labels.topology\\.kubernetes\\.io/zone}");
    }

    /// A field of each node.
    private List<String> words(String cluster, String path) {
        var out = product.kubectl(cluster, "get", "nodes", "-o", "jsonpath=" + path)
                .ok()
                .out();
        return Arrays.stream(out.split(" ")).filter(word -> !word.isBlank()).toList();
    }

    private String serverVersion(String cluster) {
        return line(product.kubectl(cluster, "version").ok().out(), "Server Version:");
    }

    private List<String> masters(String cluster) {
        var addresses = line(product.pks("cluster", cluster).ok().out(), "Kubernetes Master IP(s):");
        return Arrays.stream(addresses.split(","))
                .map(address -> "https://" + address.strip() + ":8443")
                .toList();
    }

    private static String line(String text, String start) {
        return text.lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .findFirst()
                .orElseThrow();
    }
}
