package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Clusters that take UAA's users: a person is made by the recipe of the manual, makes a cluster, and works in it under
/// a name of their own.
class ClusterUsersIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String PASSWORD = "correct horse 7";

    /// Short, so that kubectl must renew it while the test runs.
    private static final int TOKEN_SECONDS = 20;

    private static Product product;

    @BeforeAll
    static void start() throws SocketException {
        product = Product.started(
                new Product.Place(Path.of("/var/lib/openpks-users"), "opksus", "opu", 181, 100),
                """
                api_hostname: %s
                uaa: {access_token_seconds: %d}
                clusters_use_uaa: {enabled: true}
                """.formatted(address(), TOKEN_SECONDS));
    }

    @AfterAll
    static void stop() {
        if (product != null) {
            product.close();
        }
    }

    /// The machine's own address, which its nodes can reach as everybody else can.
    private static String address() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(Inet4Address.class::isInstance)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .map(address -> address.getHostAddress())
                .filter(address -> !address.startsWith("100."))
                .findFirst()
                .orElseThrow(() -> new AssertionError("this machine has no address but those of its nodes"));
    }

    @Test
    void aPersonOfUaaWorksInTheirClusterAndKubectlRenewsTheToken() throws IOException {
        var exports = product.exports();
        var admin = product.clientToken(exports.get("UAA_ADMIN_CLIENT"), exports.get("UAA_ADMIN_SECRET"));
        addUser(admin, "cody", "pks.clusters.manage");
        login("cody");
        product.environment().put("PKS_USER_PASSWORD", PASSWORD);
        product.cluster("people", "small", 1);

        assertThat(whoAmI()).isEqualTo("oidc:cody");
        assertThat(product.readyNodes("people")).hasSize(1);
        var first = idToken();
        Eventually.holds(Duration.ofSeconds(3 * TOKEN_SECONDS), "kubectl has another token", () -> {
            assertThat(whoAmI()).isEqualTo("oidc:cody");
            return !idToken().equals(first);
        });
        assertThat(Files.readString(product.files().resolve("kubeconfig"))).doesNotContain(PASSWORD);

        // Another user with the same scope is nobody in this cluster.
        addUser(admin, "dana", "pks.clusters.manage");
        login("dana");
        assertThat(product.pks("cluster", "people").err()).contains("Cluster people not found");
        login("cody");
        product.pks("delete-cluster", "people", "--wait", "--non-interactive").ok();
    }

    private static void login(String user) {
        var exports = product.exports();
        product.pks(
                        "login",
                        "-a",
                        exports.get("PKS_API"),
                        "--uaa",
                        exports.get("UAA_URL"),
                        "-u",
                        user,
                        "-p",
                        PASSWORD,
                        "--ca-cert",
                        exports.get("PKS_CA_CERT"))
                .ok();
    }

    private static String whoAmI() {
        return product.kubectl("people", "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")
                .ok()
                .out()
                .strip();
    }

    private static String idToken() {
        return product.kubectl(
                        "people",
                        "config",
                        "view",
                        "--raw",
                        "--minify",
                        "-o",
                        "jsonpath={.users[0].user.auth-provider.config.id-token}")
                .ok()
                .out()
                .strip();
    }

    /// `uaac user add` and `uaac member add`.
    private static void addUser(String admin, String name, String group) {
        var user = uaa(
                admin,
                "POST",
                "/Users",
                Map.of(
                        "userName",
                        name,
                        "password",
                        PASSWORD,
                        "emails",
                        java.util.List.of(Map.of("value", name + "@example.com"))),
                201);
        var filter = URLEncoder.encode("displayName eq \"%s\"".formatted(group), StandardCharsets.UTF_8);
        var found = uaa(admin, "GET", "/Groups?filter=" + filter, null, 200);
        uaa(
                admin,
                "POST",
                "/Groups/" + found.path("resources").path(0).path("id").asString() + "/members",
                Map.of("origin", "uaa", "type", "USER", "value", user.path("id").asString()),
                201);
    }

    private static JsonNode uaa(String token, String method, String path, Object body, int status) {
        var answer =
                product.send(HttpRequest.newBuilder(URI.create(product.exports().get("UAA_URL") + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json")
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(JSON.writeValueAsString(body))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }
}
