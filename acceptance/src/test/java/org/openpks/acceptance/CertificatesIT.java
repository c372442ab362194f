package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A cluster with three masters gets new certificates, then new authorities too, while it is written to and serves.
@ExtendWith(ProductExtension.class)
class CertificatesIT {

    private static final String CLUSTER = "rotated";
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LONGEST_GAP = Duration.ofSeconds(3);
    private static final Duration BOTH = Duration.ofSeconds(200);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Product product;
    private String api = "";
    private String token = "";

    CertificatesIT(Product product) {
        this.product = product;
    }

    @Test
    void changesAllCertificatesWithoutAGap() {
        product.cluster(CLUSTER, "medium", 3);
        try {
            api = product.exports().get("PKS_API");
            token = product.token();
            kubectl("create", "configmap", "written");
            product.kubectlCommand(CLUSTER, "apply", "-f", "-")
                    .reading(WorkloadsIT.resource("web.yml"))
                    .run()
                    .ok();
            kubectl("rollout", "status", "deployment/web", "--timeout=60s");
            var credentials = credentials();
            var pods = pods();
            try (var writer = new Writer(
                            server(), credentials.token(), () -> credentials().authority());
                    var web = new Client(webUrls())) {
                var began = Instant.now();
                leaves(credentials);
                authorities(credentials);
                var took = Duration.between(began, Instant.now());
                System.out.printf(
                        "CertificatesIT: both rotations took %d s, %d writes, longest gap %d ms, %d answers of pods%n",
                        took.toSeconds(), writer.writes(), writer.longestGap().toMillis(), web.answers());
                assertThat(writer.failures()).isEmpty();
                assertThat(writer.longestGap()).isLessThan(LONGEST_GAP);
                assertThat(web.failures()).isEmpty();
                assertThat(pods()).isEqualTo(pods);
                assertThat(took).isLessThan(BOTH);
            }
            worksWithFreshCredentials();
        } finally {
            product.pks("delete-cluster", CLUSTER, "--wait", "--non-interactive")
                    .ok();
        }
    }

    private void leaves(Credentials credentials) {
        var listed = certificates();
        var served = served();
        rotate("leaf");

        assertThat(roots()).isEqualTo(roots(listed));
        assertThat(leaf("tls-kubernetes-admin")).isGreaterThan(leaf(listed, "tls-kubernetes-admin"));
        assertThat(served()).doesNotContainAnyElementsOf(served).hasSameSizeAs(served);
        assertThat(ready(credentials.authority())).isEqualTo(200);
    }

    private void authorities(Credentials credentials) {
        var listed = certificates();
        var served = served();
        var admin = administrator();
        assertThat(admin.getAsInt()).isEqualTo(200);

        rotate("all");

        assertThat(roots()).hasSize(3).doesNotContainAnyElementsOf(roots(listed));
        assertThat(served()).doesNotContainAnyElementsOf(served).hasSameSizeAs(served);
        assertThatThrownBy(() -> ready(credentials.authority())).hasCauseInstanceOf(SSLHandshakeException.class);
        // The certificate of an administrator that the old authority signed is worth nothing any more.
        assertThat(admin.getAsInt()).isEqualTo(401);
        assertThat(cluster().path("last_action_description").asString()).contains("have to be fetched again");
    }

    private void worksWithFreshCredentials() {
        var stale = product.kubectl(CLUSTER, "get", "nodes");
        assertThat(stale.succeeded()).isFalse();
        assertThat(stale.err()).contains("certificate signed by unknown authority");
        product.pks("get-credentials", CLUSTER).ok();
        assertThat(product.readyNodes(CLUSTER)).hasSize(3);
        // These ways lead over the certificates of kubelets and of an aggregated API.
        kubectl("logs", "deployment/web", "--tail=1");
        Eventually.holds(Duration.ofMinutes(1), "metrics are there", () -> product.kubectl(
                        CLUSTER, "get", "--raw", "/apis/metrics.k8s.io/v1beta1/nodes")
                .out()
                .contains("\"usage\""));
    }

    // ---- the API

    private record Credentials(String token, String authority) {}

    private Credentials credentials() {
        var answer = send("POST", "/v1/clusters/" + CLUSTER + "/binds", HttpRequest.BodyPublishers.ofString("{}"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        var config = JSON.readTree(answer.body());
        var authority = config.path("clusters")
                .get(0)
                .path("cluster")
                .path("certificate-authority-data")
                .asString();
        return new Credentials(
                config.path("users").get(0).path("user").path("token").asString(""),
                new String(Base64.getDecoder().decode(authority), StandardCharsets.US_ASCII));
    }

    private void rotate(String scope) {
        var began = Instant.now();
        var answer = send(
                "POST",
                "/v1/clusters/" + CLUSTER + "/certificates/rotate",
                HttpRequest.BodyPublishers.ofString("{\"scope\":\"" + scope + "\"}"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        var last = Eventually.yields(LONG, scope + " rotated", () -> Optional.of(cluster())
                .filter(cluster -> !cluster.path("last_action_state").asString().equals("in progress")));
        assertThat(last.path("last_action_state").asString())
                .as(last.path("last_action_description").asString())
                .isEqualTo("succeeded");
        System.out.printf(
                "CertificatesIT: %s took %d s%n",
                scope, Duration.between(began, Instant.now()).toSeconds());
    }

    private JsonNode cluster() {
        return JSON.readTree(send("GET", "/v1/clusters/" + CLUSTER, HttpRequest.BodyPublishers.noBody())
                .body());
    }

    private JsonNode certificates() {
        var answer = send("GET", "/v1/clusters/" + CLUSTER + "/certificates", HttpRequest.BodyPublishers.noBody());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private Set<String> roots() {
        return roots(certificates());
    }

    /// Names and ends of the authorities.
    private static Set<String> roots(JsonNode certificates) {
        return StreamSupport.stream(certificates.spliterator(), false)
                .filter(one -> one.path("type").asString().equals("Root"))
                .map(one -> one.path("name").asString() + " " + one.path("valid_until"))
                .collect(Collectors.toSet());
    }

    private long leaf(String name) {
        return leaf(certificates(), name);
    }

    private static long leaf(JsonNode certificates, String name) {
        return StreamSupport.stream(certificates.spliterator(), false)
                .filter(one -> one.path("name").asString().endsWith("/" + name))
                .mapToLong(one -> one.path("valid_until").asLong())
                .max()
                .orElseThrow();
    }

    private HttpResponse<String> send(String method, String path, HttpRequest.BodyPublisher body) {
        return product.send(HttpRequest.newBuilder(URI.create(api + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .method(method, body));
    }

    // ---- the cluster

    private String kubectl(String... words) {
        return product.kubectl(CLUSTER, words).ok().out();
    }

    private String server() {
        return kubectl("config", "view", "--minify", "--raw", "-o", "jsonpath={.clusters[0].cluster.server}");
    }

    /// What the API's balancer answers to somebody who trusts an authority.
    private int ready(String authority) {
        return product.send(
                        HttpRequest.newBuilder(URI.create(server() + "/readyz")).timeout(Duration.ofSeconds(5)),
                        authority)
                .statusCode();
    }

    /// Each pod with the moment at which its containers started.
    private String pods() {
        var trusted = credentials();
        var answer = product.send(
                HttpRequest.newBuilder(URI.create(server() + "/api/v1/namespaces/default/pods"))
                        .header("Authorization", "Bearer " + trusted.token()),
                trusted.authority());
        return StreamSupport.stream(JSON.readTree(answer.body()).path("items").spliterator(), false)
                .map(pod -> pod.path("metadata").path("uid").asString() + " "
                        + pod.path("status").path("containerStatuses").get(0).path("containerID"))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private List<String> webUrls() {
        var port = kubectl("get", "service", "web", "-o", "jsonpath={.spec.ports[0].nodePort}");
        return nodes("worker").stream()
                .map(node -> "http://" + node.address() + ":" + port + "/")
                .toList();
    }

    private List<Machine.Node> nodes(String group) {
        return Machine.runningNodes(product, cluster().path("uuid").asString()).stream()
                .filter(node -> node.group().equals(group))
                .toList();
    }

    /// The certificates that API servers, registrars and kubelets show.
    private Set<X509Certificate> served() {
        var shown = nodes("master").stream()
                .flatMap(node -> List.of(shown(node.address(), 8443), shown(node.address(), 8444)).stream())
                .collect(Collectors.toSet());
        nodes("worker").forEach(node -> shown.add(shown(node.address(), 10250)));
        assertThat(shown).hasSize(9);
        return shown;
    }

    private static X509Certificate shown(String host, int port) {
        var seen = new X509Certificate[1];
        var looking = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {
                seen[0] = chain[0];
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {looking}, null);
            try (var socket = (SSLSocket) context.getSocketFactory().createSocket(host, port)) {
                socket.setSoTimeout(5_000);
                socket.startHandshake();
            }
            return seen[0];
        } catch (IOException e) {
            throw new UncheckedIOException(host + ":" + port, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Asks as the administrator whose certificate is on a master now, whatever is there later.
    private IntSupplier administrator() {
        var master = nodes("master").getFirst();
        var folder = product.files();
        for (var name : List.of("admin.pem", "admin.key")) {
            var text = new Command(
                            Map.of(),
                            List.of(
                                    "runc",
                                    "--root",
                                    product.home().resolve("runc").toString(),
                                    "exec",
                                    master.cid(),
                                    "cat",
                                    "/var/vcap/jobs/kube-apiserver/config/" + name))
                    .run()
                    .ok()
                    .out();
            try {
                Files.writeString(folder.resolve(name), text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return () -> {
            var asked = product.command(
                            "bin/kubectl",
                            "--server=https://" + master.address() + ":8443",
                            "--insecure-skip-tls-verify",
                            "--kubeconfig=/dev/null",
                            "--client-certificate=" + folder.resolve("admin.pem"),
                            "--client-key=" + folder.resolve("admin.key"),
                            "get",
                            "--raw",
                            "/api/v1/namespaces/default")
                    .run();
            return asked.succeeded() ? 200 : asked.err().contains("Unauthorized") ? 401 : 0;
        };
    }
}
