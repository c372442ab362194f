package org.openpks.cli.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.cli.testkit.Bodies;
import org.openpks.cli.testkit.FakePks;
import org.openpks.cli.testkit.FakePks.Reply;
import org.openpks.cli.testkit.PksRun;

class GetCredentialsTests {
    private static final String DONE = """
            Fetching credentials for cluster my-cluster.
            Context set for cluster my-cluster.

            You can now switch between clusters by using:
            $kubectl config use-context <cluster-name>
            """;

    private final FakePks pks = new FakePks();

    @TempDir
    Path home;

    @BeforeEach
    void login() {
        new PksRun(home).loggedIn(pks);
        pks.on("POST /v1/clusters/my-cluster/binds", Reply.json(201, Bodies.KUBECONFIG));
    }

    @AfterEach
    void stop() {
        pks.close();
    }

    private PksRun.Result run() {
        return new PksRun(home).run("get-credentials", "my-cluster");
    }

    private Path config() {
        return home.resolve(".kube/config");
    }

    private void existing(String content) throws IOException {
        Files.createDirectories(home.resolve(".kube"));
        Files.writeString(config(), content);
    }

    private static String oidc(String issuer) {
        return Bodies.KUBECONFIG
                .replace("0b1c62d9-5e9b-4f4e-8f0c-3f1c1f2d7a11", "alana")
                .replace("{\"token\":\"kube-token\"}", """
                        {"auth-provider":{"name":"oidc","config":{"client-id":"pks_cluster_client","client-secret":"",
                        "idp-issuer-url":"%s","id-token":"","refresh-token":""}}}""".formatted(issuer));
    }

    @Test
    void logsTheUserInAtAClusterThatTakesUaasUsers() throws IOException {
        var issuer = pks.address() + "/oauth/token";
        pks.on("POST /v1/clusters/my-cluster/binds", Reply.json(201, oidc(issuer)));
        pks.on("GET /.well-known/openid-configuration", Reply.json(200, "{\"issuer\":\"%s\"}".formatted(issuer)));
        pks.on("POST /oauth/token", Reply.json(200, "{\"id_token\":\"the-id\",\"refresh_token\":\"the-refresh\"}"));

        var result = new PksRun(home).input("geheim\n").run("get-credentials", "my-cluster");

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(Files.readString(config()))
                .contains("name: alana")
                .contains("id-token: the-id")
                .contains("refresh-token: the-refresh")
                .doesNotContain("geheim");
        assertThat(pks.requests("POST /oauth/token").getLast().body())
                .isEqualTo("grant_type=password&client_id=pks_cluster_client&client_secret=&username=alana"
                        + "&password=geheim&response_type=id_token");
    }

    @Test
    void logsInAtAClusterBySingleSignOn() throws IOException {
        var issuer = pks.address() + "/oauth/token";
        pks.on("POST /v1/clusters/my-cluster/binds", Reply.json(201, oidc(issuer)));
        pks.on("GET /.well-known/openid-configuration", Reply.json(200, "{\"issuer\":\"%s\"}".formatted(issuer)));
        pks.on("POST /oauth/token", Reply.json(200, "{\"id_token\":\"the-id\",\"refresh_token\":\"the-refresh\"}"));
        var result = new PksRun(home).run("get-credentials", "my-cluster", "--sso-passcode", "code-1");
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(Files.readString(config())).contains("id-token: the-id");
        assertThat(pks.requests("POST /oauth/token").getLast().body())
                .isEqualTo("grant_type=password&client_id=pks_cluster_client&client_secret=&passcode=code-1"
                        + "&response_type=id_token");
        assertThat(new PksRun(home)
                        .run("get-credentials", "my-cluster", "--sso", "--sso-passcode", "code-1")
                        .err())
                .contains("--sso and --sso-passcode are different ways to log in");
    }

    @Test
    void saysWhenTheProviderIsAnother() throws IOException {
        pks.on("POST /v1/clusters/my-cluster/binds", Reply.json(201, oidc("https://idp.example.com")));
        pks.on("GET /.well-known/openid-configuration", Reply.json(200, "{\"issuer\":\"https://uaa\"}"));
        var result = run();
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("The cluster takes the users of https://idp.example.com: log in there");
        assertThat(Files.readString(config())).contains("idp-issuer-url: https://idp.example.com");
    }

    @Test
    void changesNothingWhenThePasswordIsWrong() {
        var issuer = pks.address() + "/oauth/token";
        pks.on("POST /v1/clusters/my-cluster/binds", Reply.json(201, oidc(issuer)));
        pks.on("GET /.well-known/openid-configuration", Reply.json(200, "{\"issuer\":\"%s\"}".formatted(issuer)));
        pks.on(
                "POST /oauth/token",
                Reply.json(401, "{\"error\":\"unauthorized\",\"error_description\":\"Bad credentials\"}"));
        var result = new PksRun(home).variable("PKS_USER_PASSWORD", "wrong").run("get-credentials", "my-cluster");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("Credentials were rejected");
        assertThat(config()).doesNotExist();
    }

    @Test
    void writesANewKubeconfigForTheOwnerAlone() throws IOException {
        assertThat(run()).isEqualTo(new PksRun.Result(0, DONE, ""));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(config())).isEqualTo("""
                        apiVersion: v1
                        kind: Config
                        clusters:
                        - name: my-cluster
                          cluster:
                            certificate-authority-data: Y2E=
                            server: https://my-cluster.example.com:8443
                        contexts:
                        - name: my-cluster
                          context:
                            cluster: my-cluster
                            user: 0b1c62d9-5e9b-4f4e-8f0c-3f1c1f2d7a11
                        users:
                        - name: 0b1c62d9-5e9b-4f4e-8f0c-3f1c1f2d7a11
                          user:
                            token: kube-token
                        current-context: my-cluster
                        """);
        assertThat(Files.list(home.resolve(".kube"))).containsExactly(config());
    }

    @Test
    void keepsEverythingElseInTheFile() throws IOException {
        existing("""
                # mine
                apiVersion: v1
                kind: Config
                current-context: other
                preferences: {colors: true}
                clusters:
                - name: other # theirs
                  cluster: {server: 'https://other:6443', insecure-skip-tls-verify: true}
                contexts:
                - name: other
                  context: {cluster: other, user: me, namespace: "2020-01-01"}
                users:
                - name: me
                  user:
                    username: me
                    password: 1.50
                x-extension: 2020-01-01
                """);
        assertThat(run().exit()).isZero();
        assertThat(Files.readString(config()))
                .contains("# mine", "# theirs", "current-context: my-cluster", "preferences: {colors: true}")
                .contains("cluster: {server: 'https://other:6443', insecure-skip-tls-verify: true}")
                .contains("context: {cluster: other, user: me, namespace: \"2020-01-01\"}")
                .contains("password: 1.50\n", "x-extension: 2020-01-01\n", "- name: my-cluster\n");
    }

    @Test
    void replacesWhatItWroteBefore() throws IOException {
        run();
        pks.on(
                "POST /v1/clusters/my-cluster/binds",
                Reply.json(
                        201,
                        Bodies.KUBECONFIG.replace(
                                "0b1c62d9-5e9b-4f4e-8f0c-3f1c1f2d7a11", "11111111-5e9b-4f4e-8f0c-3f1c1f2d7a11")));
        run();
        assertThat(Files.readString(config()))
                .doesNotContain("0b1c62d9")
                .containsOnlyOnce("- name: 11111111-5e9b-4f4e-8f0c-3f1c1f2d7a11")
                .satisfies(
                        text -> assertThat(text.split("- name: my-cluster", -1)).hasSize(3));
    }

    @Test
    void keepsUsersThatPeopleNamedOrStillUse() throws IOException {
        existing("""
                contexts:
                - name: my-cluster
                  context: {cluster: my-cluster, user: alana}
                users:
                - name: alana
                  user: {token: t}
                """);
        run();
        assertThat(Files.readString(config())).contains("- name: alana");
    }

    @Test
    void quotesWhatWouldReadAsANumber() throws IOException {
        pks.on("POST /v1/clusters/my-cluster/binds", Reply.json(201, Bodies.KUBECONFIG.replace("kube-token", "0123")));
        run();
        assertThat(Files.readString(config())).contains("token: \"0123\"\n");
    }

    @Test
    void usesTheFirstFileOfKubeconfig() throws IOException {
        var first = home.resolve("first/config");
        var result = new PksRun(home)
                .variable("KUBECONFIG", ":" + first + ":" + home.resolve("second"))
                .run("get-credentials", "my-cluster");
        assertThat(result.exit()).isZero();
        assertThat(Files.readString(first)).contains("current-context: my-cluster");
        assertThat(home.resolve("second")).doesNotExist();
        assertThat(config()).doesNotExist();
    }

    @Test
    void followsASymbolicLink() throws IOException {
        var real = Files.writeString(home.resolve("real"), "");
        Files.createDirectories(home.resolve(".kube"));
        Files.createSymbolicLink(config(), real);
        run();
        assertThat(config()).isSymbolicLink();
        assertThat(Files.readString(real)).contains("current-context: my-cluster");
    }

    @Test
    void leavesABrokenKubeconfigAsItIs() throws IOException {
        for (var broken : new String[] {"a: b: c", "- list", "clusters: text", "\tx"}) {
            existing(broken);
            var result = run();
            assertThat(result.exit()).isOne();
            assertThat(result.err())
                    .startsWith("Error: The file %s is not a kubeconfig (".formatted(config()))
                    .endsWith("; it was left as it is.\n")
                    .hasLineCount(1);
            assertThat(Files.readString(config())).isEqualTo(broken);
            assertThat(home.resolve(".kube/config.lock")).doesNotExist();
        }
    }

    @Test
    void refusesAnAnswerThatIsNoKubeconfig() {
        pks.on("POST /v1/clusters/my-cluster/binds", Reply.json(201, "{\"kind\":\"List\"}"));
        assertThat(run().err()).isEqualTo("Error: The PKS API sent credentials that are not a kubeconfig.\n");
        assertThat(config()).doesNotExist();
    }

    @Test
    void passesOnThatTheClusterIsMissing() {
        pks.on("POST /v1/clusters/my-cluster/binds", Reply.empty(404));
        assertThat(run().err()).isEqualTo("Error: Cluster my-cluster not found\n");
    }
}
