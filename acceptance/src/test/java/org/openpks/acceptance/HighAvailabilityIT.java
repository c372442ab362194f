package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A cluster with three masters and three workers over three zones loses some of them.
@ExtendWith(ProductExtension.class)
class HighAvailabilityIT {

    private static final String CLUSTER = "triple";
    private static final Duration BACK = Duration.ofSeconds(30);
    private static final Duration LONGEST_GAP = Duration.ofSeconds(3);
    private static final Duration LONG = Duration.ofMinutes(3);

    private final Product product;

    HighAvailabilityIT(Product product) {
        this.product = product;
    }

    @Test
    void staysThereWhenMastersAndZonesGo() {
        var before = Machine.of(product);
        product.cluster(CLUSTER, "medium", 3);
        try {
            hasOneAddressAndThreeZones();
            kubectl("create", "configmap", "written");
            try (var writer = writer()) {
                losesAMasterThenAWorkerOfAnotherZone();
                assertThat(writer.failures()).isEmpty();
                assertThat(writer.longestGap()).isLessThan(LONGEST_GAP);
                assertThat(writer.writes()).isGreaterThan(50);

                losesAZoneWithoutTheControlPlane();
                assertThat(writer.failures()).isEmpty();
                assertThat(writer.longestGap()).isLessThan(LONGEST_GAP);
                System.out.printf(
                        "HighAvailabilityIT: %d writes, longest gap %d ms%n",
                        writer.writes(), writer.longestGap().toMillis());
            }
        } finally {
            product.pks("delete-cluster", CLUSTER, "--wait", "--non-interactive")
                    .ok();
        }
        // The guard around the product's address ranges stays for its safety.
        assertThat(Machine.of(product).since(before))
                .allSatisfy(thing -> assertThat(thing).containsAnyOf("route unreachable", "firewall table"));
    }

    private void hasOneAddressAndThreeZones() {
        var nodes = nodes();
        for (var group : List.of("master", "worker")) {
            assertThat(nodes.stream().filter(node -> node.group().equals(group)).map(Machine.Node::zone))
                    .containsExactlyInAnyOrder("az1", "az2", "az3");
        }
        assertThat(kubectl("get", "nodes", "-o", "jsonpath={.items[*].metadata.labels.topology\\.kubernetes\\.io/zone}")
                        .split(" "))
                .containsExactlyInAnyOrder("az1", "az2", "az3");
        var address = server().replaceFirst("https://([0-9.]+):8443", "$1");
        assertThat(address).matches("100\\.97\\.0\\.2\\d\\d");
        assertThat(product.pks("cluster", CLUSTER).ok().out())
                .containsPattern("Kubernetes Master IP\\(s\\): +" + address + "\n");
    }

    /// While the control plane runs, the nodes come back by themselves.
    private void losesAMasterThenAWorkerOfAnotherZone() {
        var master = etcdLeader();
        var killed = Instant.now();
        master.kill();
        Eventually.holds(BACK, "all masters serve again", () -> servingMasters() == 3);
        report("the master is back", killed);

        var worker = worker(master.zone(), false);
        killed = Instant.now();
        worker.kill();
        var moment = killed;
        Eventually.holds(
                BACK,
                "the worker is ready again",
                () -> saidItLives(worker, moment) && product.readyNodes(CLUSTER).size() == 3);
        report("the worker is back", killed);
    }

    /// Nobody boots its nodes again: what is left has to do. And when somebody does, the master's disk is empty.
    private void losesAZoneWithoutTheControlPlane() {
        product.kubectlCommand(CLUSTER, "apply", "-f", "-")
                .reading(WorkloadsIT.resource("web.yml"))
                .run()
                .ok();
        product.kubectl(CLUSTER, "rollout", "status", "deployment/web", "--timeout=60s")
                .ok();
        product.server("down").ok();
        var killed = Instant.now();
        try {
            var master = etcdLeader();
            var worker = worker(master.zone(), true);
            killed = Instant.now();
            master.kill();
            worker.kill();
            emptyDisk(master);
            assertThat(product.readyNodes(CLUSTER)).isNotEmpty();
            kubectl("scale", "deployment/web", "--replicas=8");
            Eventually.holds(LONG, "all pods run in the zones that are left", () -> podsReadyElsewhere(worker) == 8);
            report("all pods run elsewhere", killed);
            assertThat(nodes()).hasSize(4);
        } finally {
            product.up();
        }
        var back = Instant.now();
        Eventually.holds(
                BACK,
                "the zone is back",
                () -> servingMasters() == 3 && product.readyNodes(CLUSTER).size() == 3 && etcdVoters() == 3);
        report("the zone is back, and the master with an empty disk", back);
    }

    private static void report(String what, Instant since) {
        System.out.printf(
                "HighAvailabilityIT: %s after %d ms%n",
                what, Duration.between(since, Instant.now()).toMillis());
    }

    private String kubectl(String... words) {
        return product.kubectl(CLUSTER, words).ok().out();
    }

    private List<Machine.Node> nodes() {
        var uuid = product.pks("cluster", CLUSTER)
                .out()
                .lines()
                .filter(line -> line.startsWith("UUID:"))
                .map(line -> line.substring("UUID:".length()).strip())
                .findFirst()
                .orElse(uuidSeen);
        uuidSeen = uuid;
        return Machine.runningNodes(product, uuid);
    }

    /// The API that told it may be down.
    private String uuidSeen = "";

    private Machine.Node worker(String zone, boolean ofIt) {
        return nodes().stream()
                .filter(node -> node.group().equals("worker") && node.zone().equals(zone) == ofIt)
                .findFirst()
                .orElseThrow();
    }

    /// The master whose loss is the worst.
    private Machine.Node etcdLeader() {
        return Eventually.yields(BACK, "etcd has a leader", () -> nodes().stream()
                .filter(node -> node.group().equals("master"))
                .filter(node -> {
                    var status = etcdctl(node, "endpoint", "status", "-w", "fields");
                    return field(status, "MemberID").equals(field(status, "Leader"));
                })
                .findFirst());
    }

    private long etcdVoters() {
        var master = nodes().stream()
                .filter(node -> node.group().equals("master"))
                .findFirst()
                .orElseThrow();
        return etcdctl(master, "member", "list")
                .lines()
                .filter(line -> line.contains(", started, ") && line.endsWith(", false"))
                .count();
    }

    private String etcdctl(Machine.Node master, String... words) {
        var all = new ArrayList<>(List.of(
                "runc",
                "--root",
                product.home().resolve("runc").toString(),
                "exec",
                master.cid(),
                "/var/vcap/jobs/etcd/bin/etcdctl"));
        all.addAll(List.of(words));
        return new Command(Map.of(), all).run().out();
    }

    private void emptyDisk(Machine.Node node) {
        try {
            var cid = Files.readString(
                            product.home().resolve("nodes").resolve(node.cid()).resolve("disk"))
                    .strip();
            var disk = product.home().resolve("disks").resolve(cid).resolve("content");
            try (var all = Files.walk(disk)) {
                var files = all.filter(file -> !file.equals(disk))
                        .sorted(Comparator.reverseOrder())
                        .toList();
                assertThat(files).hasSizeGreaterThan(5);
                for (var file : files) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String field(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith("\"" + name + "\" :"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("none of " + name);
    }

    /// Masters whose API is ready, asked each at its own address.
    private long servingMasters() {
        return nodes().stream()
                .filter(node -> node.group().equals("master"))
                .filter(node -> product.kubectl(
                                CLUSTER,
                                "--server=https://" + node.address() + ":8443",
                                "--request-timeout=2s",
                                "get",
                                "--raw",
                                "/readyz")
                        .succeeded())
                .count();
    }

    /// Whether a node has renewed its lease after a moment.
    private boolean saidItLives(Machine.Node node, Instant moment) {
        var renewed = product.kubectl(
                        CLUSTER,
                        "get",
                        "lease",
                        "-n",
                        "kube-node-lease",
                        node.address(),
                        "-o",
                        "jsonpath={.spec.renewTime}")
                .out();
        return !renewed.isBlank() && Instant.parse(renewed).isAfter(moment);
    }

    private long podsReadyElsewhere(Machine.Node lost) {
        var pods = product.kubectl(
                CLUSTER,
                "get",
                "pods",
                "-l",
                "app=web",
                "-o",
                "jsonpath={range .items[*]}{.spec.nodeName} {.status.conditions[?(@.type==\"Ready\")].status}{\"\\n\"}{end}");
        return pods.out()
                .lines()
                .filter(line -> line.endsWith(" True") && !line.startsWith(lost.address() + " "))
                .count();
    }

    private String server() {
        return kubectl("config", "view", "--minify", "--raw", "-o", "jsonpath={.clusters[0].cluster.server}");
    }

    private Writer writer() {
        var token = kubectl("config", "view", "--minify", "--raw", "-o", "jsonpath={.users[0].user.token}");
        var authority = kubectl(
                "config",
                "view",
                "--minify",
                "--raw",
                "-o",
                "jsonpath={.clusters[0].cluster.certificate-authority-data}");
        return new Writer(
                server(), token, () -> new String(Base64.getDecoder().decode(authority), StandardCharsets.US_ASCII));
    }
}
