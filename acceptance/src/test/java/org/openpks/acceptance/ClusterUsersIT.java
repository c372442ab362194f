package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Clusters that take UAA's users: a person is made by the recipe of the manual, makes a cluster, and works in it under
/// a name of their own.
class ClusterUsersIT {

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
        var uaac = Uaac.administrator(product);
        for (var person : List.of("cody", "dana")) {
            uaac.userAdd(person, PASSWORD);
            uaac.memberAdd("pks.clusters.manage", person);
        }
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

        product.environment().remove("PKS_USER_PASSWORD");
        logsInAtTheClusterBySingleSignOn();

        // However often credentials are asked for, a person has one role binding.
        assertThat(product.kubectl("people", "get", "clusterrolebindings", "-o", "name")
                        .ok()
                        .out()
                        .lines()
                        .filter(name -> name.contains("openpks:binding:")))
                .hasSize(1);

        // Another user with the same scope is nobody in this cluster.
        login("dana");
        assertThat(product.pks("cluster", "people").err()).contains("Cluster people not found");
        login("cody");
        product.pks("delete-cluster", "people", "--wait", "--non-interactive").ok();
    }

    /// The three ways of `pks get-credentials`; each begins without tokens.
    private static void logsInAtTheClusterBySingleSignOn() throws IOException {
        var page = URI.create(product.exports().get("UAA_URL") + "/passcode");
        var before = idToken();
        try (var browser = new Browser(product)) {
            var code = browser.passcode(page, "cody", PASSWORD);
            product.mayNotLog(code);
            credentials("--sso-passcode", code).run().ok();
            assertThat(whoAmI()).isEqualTo("oidc:cody");
            assertThat(idToken()).isNotEqualTo(before);
            var again = credentials("--sso-passcode", code).run();
            assertThat(again.succeeded()).as("a code works once").isFalse();
        }

        before = idToken();
        try (var browser = new Browser(product)) {
            var code = browser.passcode(page, "cody", PASSWORD);
            product.mayNotLog(code);
            var asked = credentials("--sso").reading(code + "\n").run().ok();
            assertThat(asked.out()).contains("One Time Code", page.toString());
            assertThat(whoAmI()).isEqualTo("oidc:cody");
            assertThat(idToken()).isNotEqualTo(before);
        }

        before = idToken();
        var opened = product.files().resolve("opened");
        var opener = Files.writeString(product.files().resolve("browser"), """
                #!/bin/sh
                echo "$1" > %1$s.new && mv %1$s.new %1$s
                """.formatted(opened));
        assertThat(opener.toFile().setExecutable(true)).isTrue();
        product.environment().put("BROWSER", opener.toString());
        try (var browser = new Browser(product)) {
            var waiting = CompletableFuture.supplyAsync(
                    () -> credentials("--sso-auto").run());
            Eventually.holds(Duration.ofSeconds(20), "a browser is opened", () -> Files.exists(opened));
            var said = browser.logIn(URI.create(Files.readString(opened).strip()), "cody", PASSWORD);
            assertThat(said).contains("go back to the command line");
            waiting.join().ok();
        }
        assertThat(whoAmI()).isEqualTo("oidc:cody");
        assertThat(idToken()).isNotEqualTo(before);
    }

    private static Command credentials(String... flags) {
        var words = new ArrayList<>(List.of("get-credentials", "people"));
        words.addAll(List.of(flags));
        return product.command("bin/pks", words.toArray(String[]::new));
    }

    private static void login(String user) {
        product.login("-u", user, "-p", PASSWORD).ok();
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
}
