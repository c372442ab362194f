package org.openpks.cli.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.cli.testkit.Bodies;
import org.openpks.cli.testkit.FakePks;
import org.openpks.cli.testkit.FakePks.Reply;
import org.openpks.cli.testkit.Keys;
import org.openpks.cli.testkit.PksRun;

/// `get-credentials --exec` and `exec-credential`. The tests' clock stands at 12:00.
class ExecCredentialTests {
    private static final String FIRST = "0b1c62d9-5e9b-4f4e-8f0c-3f1c1f2d7a11";
    private static final String SECOND = "11111111-5e9b-4f4e-8f0c-3f1c1f2d7a11";
    private static final String BINDS = "POST /v1/clusters/my-cluster/binds";

    private final FakePks pks = new FakePks();

    @TempDir
    Path home;

    @BeforeEach
    void login() {
        new PksRun(home).loggedIn(pks);
        pks.on(BINDS, Reply.json(201, kubeconfig(FIRST, "{\"token\":\"for-a-year\"}")));
        issues(FIRST, "for-an-hour", "2026-11-23T13:00:00Z");
    }

    @AfterEach
    void stop() {
        pks.close();
    }

    private String kubeconfig(String user, String credentials) {
        var authority = Base64.getEncoder().encodeToString(Keys.LOCALHOST.pem().getBytes(StandardCharsets.UTF_8));
        return Bodies.KUBECONFIG
                .replace("https://my-cluster.example.com:8443", pks.address())
                .replace("Y2E=", authority)
                .replace(FIRST, user)
                .replace("{\"token\":\"kube-token\"}", credentials);
    }

    private void issues(String account, String token, String ends) {
        pks.on(
                "POST " + accountPath(account) + "/token",
                Reply.json(
                        201, "{\"status\":{\"token\":\"%s\",\"expirationTimestamp\":\"%s\"}}".formatted(token, ends)));
    }

    private static String accountPath(String account) {
        return "/api/v1/namespaces/default/serviceaccounts/" + account;
    }

    private PksRun.Result run(String... words) {
        return new PksRun(home).variable("PKS_USER_PASSWORD", "geheim").run(words);
    }

    private PksRun.Result credential() {
        return run("exec-credential", "my-cluster", "--api", pks.address());
    }

    private Path kept() {
        return home.resolve(".pks/credentials/my-cluster@localhost-%d.yml".formatted(pks.port()));
    }

    private void keeps(String field, String value) throws IOException {
        Files.writeString(
                kept(), Files.readString(kept()).replaceAll("(?m)^%s: .*$".formatted(field), field + ": " + value));
    }

    private void takesUaasUsers() {
        var issuer = pks.address() + "/oauth/token";
        pks.on(BINDS, Reply.json(201, kubeconfig("alana", """
                {"auth-provider":{"name":"oidc","config":{"client-id":"pks_cluster_client","client-secret":"",\
                "idp-issuer-url":"%s","id-token":"","refresh-token":""}}}""".formatted(issuer))));
        pks.on("GET /.well-known/openid-configuration", Reply.json(200, "{\"issuer\":\"%s\"}".formatted(issuer)));
        pks.on("POST /oauth/token", idToken(600, "refresh-a"));
    }

    private static Reply idToken(long seconds, String refresh) {
        return Reply.json(
                200, "{\"id_token\":\"%s\",\"refresh_token\":\"%s\"}".formatted(FakePks.token(seconds), refresh));
    }

    @Test
    void leavesNoLongLivedTokenOnDisk() throws IOException {
        assertThat(run("get-credentials", "my-cluster", "--exec").exit()).isZero();
        try (var files = Files.walk(home)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).doesNotContain("for-a-year");
            }
        }
        assertThat(Files.readString(home.resolve(".kube/config"))).doesNotContain("token:", "for-an-hour");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept())))
                .isEqualTo("rw-------");
        assertThat(credential().out()).contains("\"token\": \"for-an-hour\"", "\"2026-11-23T13:00:00Z\"");
        assertThat(pks.requests(BINDS)).hasSize(1);
    }

    @Test
    void renewsATokenThatIsAboutToEnd() throws IOException {
        run("get-credentials", "my-cluster", "--exec");
        keeps("ends", "\"2026-11-23T12:00:30Z\"");
        issues(FIRST, "the-next", "2026-11-23T13:00:00Z");
        assertThat(credential().out()).contains("the-next");
        assertThat(pks.requests("POST " + accountPath(FIRST) + "/token")
                        .getLast()
                        .authorization())
                .isEqualTo("Bearer for-an-hour");
        assertThat(pks.requests(BINDS)).hasSize(1);
    }

    @Test
    void makesAnotherAccountWhenTheTokenHasEndedAndRemovesTheOldOne() throws IOException {
        run("get-credentials", "my-cluster", "--exec");
        keeps("ends", "\"2026-11-23T11:00:00Z\"");
        pks.on(BINDS, Reply.json(201, kubeconfig(SECOND, "{\"token\":\"for-a-year-2\"}")));
        issues(SECOND, "second", "2026-11-23T13:00:00Z");
        assertThat(credential().out()).contains("\"token\": \"second\"");
        assertThat(pks.requests().stream().skip(4).map(request -> request.line() + " " + request.authorization()))
                .contains(
                        "DELETE /apis/rbac.authorization.k8s.io/v1/clusterrolebindings/openpks:binding:%s Bearer second"
                                .formatted(FIRST),
                        "DELETE %s Bearer second".formatted(accountPath(FIRST)));
    }

    @Test
    void saysHowToGoOnWhenTheClusterHasANewAuthority() throws IOException {
        run("get-credentials", "my-cluster", "--exec");
        keeps("ends", "\"2026-11-23T12:00:30Z\"");
        try (var renewed = new FakePks(Keys.ELSEWHERE)) {
            keeps("server", renewed.address());
            assertThat(credential())
                    .isEqualTo(new PksRun.Result(
                            1,
                            "",
                            "Error: The certificate of the Kubernetes API at %s is not signed by a CA you trust. The cluster may"
                                            .formatted(renewed.address())
                                    + " have a new CA: run 'pks get-credentials' with --exec again.\n"));
        }
    }

    @Test
    void makesAnAccountWhenNothingIsKept() throws IOException {
        assertThat(credential().out()).contains("for-an-hour");
        Files.writeString(kept(), "nonsense: [");
        assertThat(credential().out()).contains("for-an-hour");
        assertThat(pks.requests(BINDS)).hasSize(2);
    }

    @Test
    void givesIdTokensAndRefreshesThem() throws IOException {
        takesUaasUsers();
        assertThat(run("get-credentials", "my-cluster", "--exec").err()).isEmpty();
        assertThat(Files.readString(home.resolve(".kube/config")))
                .contains("exec:")
                .doesNotContain("refresh-a", FakePks.token(600), "geheim");
        assertThat(credential().out()).contains(FakePks.token(600), "2026-11-23T12:10:00Z");

        keeps("ends", "\"2026-11-23T12:00:59Z\"");
        pks.on("POST /oauth/token", idToken(700, "refresh-b"));
        assertThat(credential().out()).contains(FakePks.token(700));
        assertThat(pks.requests("POST /oauth/token").getLast().body())
                .isEqualTo(
                        "grant_type=refresh_token&client_id=pks_cluster_client&client_secret=&refresh_token=refresh-a");
        assertThat(Files.readString(kept())).contains("refresh-b");
    }

    @Test
    void saysHowToGoOnWhenTheLogInHasEnded() throws IOException {
        takesUaasUsers();
        run("get-credentials", "my-cluster", "--exec");
        keeps("ends", "\"2026-11-23T12:00:00Z\"");
        pks.on("POST /oauth/token", Reply.json(401, "{\"error\":\"invalid_token\"}"));
        assertThat(credential().err())
                .isEqualTo("Error: Your log-in at cluster my-cluster has ended. Log in to the PKS API, then run "
                        + "'pks get-credentials my-cluster --exec'.\n");
        Files.delete(kept());
        pks.on("POST /oauth/token", Reply.json(200, FakePks.tokens(FakePks.token(600), "r")));
        assertThat(credential().err()).startsWith("Error: You are not logged in at cluster my-cluster. ");
    }

    @Test
    void neverAsksAnotherApiForTheCluster() {
        var result = run("exec-credential", "my-cluster", "--api", "api.elsewhere.example.com");
        assertThat(result.err())
                .startsWith("Error: Cluster my-cluster belongs to the PKS API at api.elsewhere.example.com, and you");
        assertThat(pks.requests(BINDS)).isEmpty();
    }

    @Test
    void forgetsEverythingAtLogout() {
        run("get-credentials", "my-cluster", "--exec");
        assertThat(run("logout").exit()).isZero();
        assertThat(home.resolve(".pks/credentials")).doesNotExist();
    }

    @Test
    void refusesUsersOfAnotherProvider() {
        takesUaasUsers();
        pks.on("GET /.well-known/openid-configuration", Reply.json(200, "{\"issuer\":\"https://uaa\"}"));
        var result = run("get-credentials", "my-cluster", "--exec");
        assertThat(result.err()).contains("leave out --exec").hasLineCount(1);
        assertThat(home.resolve(".kube/config")).doesNotExist();
    }
}
