package org.openpks.cli.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.cli.testkit.Bodies;
import org.openpks.cli.testkit.FakePks;
import org.openpks.cli.testkit.FakePks.Reply;
import org.openpks.cli.testkit.Keys;
import org.openpks.cli.testkit.PksRun;

class LoginTests {
    private final FakePks pks = new FakePks();

    @TempDir
    Path home;

    @AfterEach
    void stop() {
        pks.close();
    }

    private PksRun.Result login(String... more) {
        return login(new PksRun(home), more);
    }

    private PksRun.Result login(PksRun run, String... more) {
        var words = new String[more.length + 7];
        System.arraycopy(
                new String[] {"login", "-a", pks.address(), "--uaa", pks.address(), "-u", "alana"}, 0, words, 0, 7);
        System.arraycopy(more, 0, words, 7, more.length);
        return run.run(words);
    }

    private String caFile() throws IOException {
        return Files.writeString(home.resolve("ca.pem"), Keys.LOCALHOST.pem()).toString();
    }

    @Test
    void printsWhereAndAsWhom() throws IOException {
        var result = login("-p", "secret", "--ca-cert", caFile());
        assertThat(result)
                .isEqualTo(new PksRun.Result(
                        0, "API Endpoint: localhost:%d\nUser: alana\nLogin successful.\n".formatted(pks.port()), ""));
        assertThat(pks.requests("POST /oauth/token")).singleElement().satisfies(request -> {
            assertThat(request.contentType()).isEqualTo("application/x-www-form-urlencoded");
            assertThat(request.body())
                    .isEqualTo(
                            "grant_type=password&client_id=pks_cli&client_secret=&username=alana&password=secret&response_type=token");
        });
    }

    @Test
    void keepsTheSessionForTheOwnerAlone() throws IOException {
        login("-p", "secret", "--ca-cert", caFile());
        var file = home.resolve(".pks/creds.yml");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        assertThat(Files.readString(file))
                .contains("api: " + pks.address() + "\n", "uaa: " + pks.address() + "\n", "username: alana\n")
                .contains("access_token: " + FakePks.token(600) + "\n", "refresh_token: refresh-1\n")
                .contains("ca_cert: |\n  -----BEGIN CERTIFICATE-----\n")
                .doesNotContain("secret");
        assertThat(Files.list(file.getParent())).containsExactly(file);
    }

    @Test
    void keepsTheSessionWherePksHomeSays() {
        login(new PksRun(home).variable("PKS_HOME", home.resolve("elsewhere").toString()), "-p", "x", "-k");
        assertThat(home.resolve("elsewhere/creds.yml")).exists();
        assertThat(home.resolve(".pks")).doesNotExist();
    }

    @Test
    void readsThePasswordFromStandardInput() {
        var result = login(new PksRun(home).input("from stdin & more\n"), "-k");
        assertThat(result.out()).startsWith("Password: \nAPI Endpoint: ");
        assertThat(pks.requests().getFirst().body()).contains("&password=from+stdin+%26+more&");
    }

    @Test
    void asksForAPasswordThatIsNotThere() {
        var result = login("-k");
        assertThat(result.exit()).isOne();
        assertThat(result.err()).startsWith("Error: required flag(s) \"password\" not set\n");
    }

    @Test
    void takesDefaultsFromTheEnvironment() {
        var result = new PksRun(home)
                .variable("PKS_API", pks.address())
                .variable("UAA_URL", pks.address())
                .variable("PKS_USER", "naomi")
                .variable("PKS_PASSWORD", "from-environment")
                .variable("PKS_CA_CERT", Keys.LOCALHOST.pem())
                .run("login");
        assertThat(result.out()).contains("User: naomi\n");
        assertThat(pks.requests().getFirst().body()).contains("username=naomi&password=from-environment");
    }

    @Test
    void logsInAClient() {
        var result = new PksRun(home)
                .run(
                        "login",
                        "-a",
                        pks.address(),
                        "--uaa",
                        pks.address(),
                        "--client-name",
                        "ci",
                        "--client-secret",
                        "s",
                        "-k");
        assertThat(result.out()).contains("User: ci\n");
        assertThat(pks.requests().getFirst().body())
                .isEqualTo("grant_type=client_credentials&client_id=ci&client_secret=s");
    }

    @Test
    void acceptsTheDeprecatedFlagWithAWord() {
        var result = login("-p", "x", "--skip-ssl-verification");
        assertThat(result.exit()).isZero();
        assertThat(result.err()).contains("--skip-ssl-verification has been deprecated");
    }

    @Test
    void saysThatCredentialsWereRejected() {
        pks.on(
                "POST /oauth/token",
                Reply.json(401, "{\"error\":\"invalid_client\",\"error_description\":\"Bad credentials\"}"));
        assertThat(login("-p", "wrong", "-k"))
                .isEqualTo(new PksRun.Result(1, "", "Error: Credentials were rejected, please try again.\n"));
        assertThat(home.resolve(".pks")).doesNotExist();
    }

    @Test
    void saysWhyTheUaaRefusesOtherwise() {
        pks.on(
                "POST /oauth/token",
                Reply.json(
                        401, "{\"error\":\"unauthorized\",\"error_description\":\"Your account has been locked.\"}"));
        assertThat(login("-p", "x", "-k").err())
                .isEqualTo("Error: The UAA refused the login: Your account has been locked.\n");
    }

    @Test
    void recognisesThatSomethingElseAnswers() {
        pks.on("POST /oauth/token", Reply.html(502));
        assertThat(login("-p", "x", "-k").err())
                .isEqualTo("Error: %s answered HTTP 502 with no reason. Is a UAA at that address?\n"
                        .formatted(pks.address()));
        pks.on("POST /oauth/token", Reply.html(200));
        assertThat(login("-p", "x", "-k").err())
                .isEqualTo("Error: %s answered HTTP 200 with a web page. Is a UAA at that address?\n"
                        .formatted(pks.address()));
        pks.on("POST /oauth/token", Reply.json(200, "{\"access_token\":"));
        assertThat(login("-p", "x", "-k").err()).contains("something that is not JSON");
        pks.on("POST /oauth/token", Reply.json(200, "{}"));
        assertThat(login("-p", "x", "-k").err()).contains("no access token");
    }

    @Test
    void namesTheFixForACertificateOfAnUnknownCa() {
        assertThat(login("-p", "x").err())
                .isEqualTo(
                        ("Error: The certificate of the UAA at %s is not signed by a CA you trust. Log in with 'pks login"
                                        + " --ca-cert PATH', PATH being the CA's certificate, or with -k to skip the check.\n")
                                .formatted(pks.address()));
        assertThat(login("-p", "x", "--ca-cert", Keys.ELSEWHERE.pem()).err()).contains("--ca-cert PATH");
    }

    @Test
    void refusesACertificateForAnotherHost() {
        try (var elsewhere = new FakePks(Keys.ELSEWHERE)) {
            var words =
                    new String[] {"login", "-a", elsewhere.address(), "--uaa", elsewhere.address(), "-u", "a", "-p", "b"
                    };
            var run = new PksRun(home).variable("PKS_CA_CERT", Keys.ELSEWHERE.pem());
            assertThat(run.run(words).err()).contains("is not made out to localhost");
            assertThat(elsewhere.requests()).isEmpty();
        }
    }

    @Test
    void talksToServersThatKnowOlderKeyExchangesOnly() {
        try (var old = new FakePks(Keys.LOCALHOST, "secp256r1")) {
            var result = new PksRun(home)
                    .run("login", "-a", old.address(), "--uaa", old.address(), "-u", "a", "-p", "b", "-k");
            assertThat(result.err()).isEmpty();
            assertThat(result.exit()).isZero();
        }
    }

    /// kube-apiserver is one: it has an RSA certificate for itself beside the one that its CA signed.
    @Test
    void talksToServersThatShowAnotherCertificateToWhomKnowsFewCurves() {
        try (var server = new FakePks(Keys.LOCALHOST_ON_CURVE.or(Keys.ELSEWHERE))) {
            assertThat(new PksRun(home)
                            .run(
                                    "login",
                                    "-a",
                                    server.address(),
                                    "--uaa",
                                    server.address(),
                                    "-u",
                                    "a",
                                    "-p",
                                    "b",
                                    "--ca-cert",
                                    Keys.LOCALHOST_ON_CURVE.pem()))
                    .isEqualTo(new PksRun.Result(
                            0,
                            "API Endpoint: localhost:%d\nUser: a\nLogin successful.\n".formatted(server.port()),
                            ""));
        }
    }

    @Test
    void readsTheCaCertificateStrictly() throws IOException {
        assertThat(login("-p", "x", "--ca-cert", home.resolve("missing.pem").toString())
                        .err())
                .isEqualTo("Error: There is no file %s.\n".formatted(home.resolve("missing.pem")));
        var broken = Files.writeString(home.resolve("broken.pem"), "no certificate");
        assertThat(login("-p", "x", "--ca-cert", broken.toString()).err()).startsWith("Error: The CA certificate ");
    }

    @Test
    void saysInASentenceThatNothingListens() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var address = "https://127.0.0.1:" + port;
        var begin = System.nanoTime();
        var result = new PksRun(home).run("login", "-a", address, "--uaa", address, "-u", "a", "-p", "b", "-k");
        assertThat(result.err())
                .isEqualTo("Error: No connection to the UAA at %s: it is not running, or the address is wrong.\n"
                        .formatted(address));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void saysThatAHostNameIsUnknown() {
        var result = new PksRun(home).run("login", "-a", "no-such-host.invalid", "-u", "a", "-p", "b", "-k");
        assertThat(result.err())
                .isEqualTo(
                        "Error: The host name no-such-host.invalid of the UAA at https://no-such-host.invalid:8443 is not known.\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://pks.example.com",
                "pks.example.com/v1",
                "ftp://x",
                "a b",
                "pks:port",
                "https://",
                "-x",
                "host:99999"
            })
    void refusesAddressesThatAreNone(String address) {
        var result = new PksRun(home).run("login", "-a", address, "-u", "a", "-p", "b", "-k");
        assertThat(result.exit()).isOne();
        assertThat(result.err()).startsWith("Error: invalid argument \"").hasLineCount(1);
    }

    @Test
    void sendsTheTokenThatItGot() {
        pks.on("GET /v1/plans", Reply.json(200, Bodies.PLANS));
        login("-p", "x", "-k");
        assertThat(new PksRun(home).run("plans").exit()).isZero();
        assertThat(pks.requests("GET /v1/plans").getFirst().authorization()).isEqualTo("Bearer " + FakePks.token(600));
    }

    @Test
    void logsInByPasscode() {
        var result = new PksRun(home)
                .run("login", "-a", pks.address(), "--uaa", pks.address(), "--sso-passcode", "code-1", "-k");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).endsWith("Login successful.\n");
        assertThat(pks.requests().getFirst().body())
                .isEqualTo("grant_type=password&client_id=pks_cli&client_secret=&passcode=code-1&response_type=token");
    }

    @Test
    void asksForAPasscode() {
        var result = new PksRun(home)
                .input("code-2\n")
                .run("login", "-a", pks.address(), "--uaa", pks.address(), "--sso", "-k");
        assertThat(result.out())
                .startsWith("One Time Code ( Open A Web Browser to the following URL to get a Code: %s/passcode ): "
                        .formatted(pks.address()));
        assertThat(pks.requests().getFirst().body()).contains("&passcode=code-2&");
        pks.on(
                "POST /oauth/token",
                Reply.json(401, "{\"error\":\"invalid_client\",\"error_description\":\"Bad credentials\"}"));
        assertThat(new PksRun(home)
                        .input("old\n")
                        .run("login", "-a", pks.address(), "--uaa", pks.address(), "--sso", "-k")
                        .err())
                .startsWith("Error: The code was rejected");
        assertThat(new PksRun(home)
                        .run("login", "-a", pks.address(), "--uaa", pks.address(), "--sso", "-k")
                        .err())
                .isEqualTo("Error: No code was given.\n");
    }

    /// The browser is a script that notes where it was sent; the test then comes back as a browser does.
    @Test
    void logsInByBrowser() throws Exception {
        var sentTo = home.resolve("sent-to");
        var browser = Files.writeString(
                home.resolve("browser"),
                "#!/bin/sh\nprintf '%%s' \"$1\" > %1$s.part && mv %1$s.part %1$s\n".formatted(sentTo));
        Files.setPosixFilePermissions(browser, PosixFilePermissions.fromString("rwx------"));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var login = threads.submit(() -> new PksRun(home)
                    .variable("BROWSER", browser.toString())
                    .run("login", "-a", pks.address(), "--uaa", pks.address(), "--sso-auto", "-k"));
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!Files.exists(sentTo) && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            var page = Files.readString(sentTo);
            assertThat(page)
                    .startsWith(pks.address() + "/oauth/authorize?response_type=code&client_id=pks_cli&redirect_uri=")
                    .contains("&code_challenge_method=S256&code_challenge=");
            var redirect = URLDecoder.decode(page.replaceAll(".*redirect_uri=([^&]+).*", "$1"), StandardCharsets.UTF_8);
            var state = page.replaceAll(".*state=([^&]+).*", "$1");
            assertThat(redirect).startsWith("http://127.0.0.1:");
            assertThat(visit(redirect + "?code=stolen&state=other")).isEqualTo(404);
            assertThat(visit(redirect + "?code=code-3&state=" + state)).isEqualTo(200);
            assertThat(login.get(20, TimeUnit.SECONDS).out()).endsWith("Login successful.\n");
            assertThat(pks.requests("POST /oauth/token").getFirst().body())
                    .startsWith(
                            "grant_type=authorization_code&client_id=pks_cli&client_secret=&code=code-3&redirect_uri=")
                    .contains("&code_verifier=");
        }
    }

    private static int visit(String address) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    @Test
    void logsInOneWay() {
        assertThat(login("-p", "x", "--sso").err())
                .isEqualTo("Error: The flags --sso and --username are different ways to log in; give one.\n");
        assertThat(pks.requests()).isEmpty();
    }

    @Test
    void endsTheSessionAtTheUaaToo() {
        login("-p", "x", "-k");
        var result = new PksRun(home).run("logout");
        assertThat(result).isEqualTo(new PksRun.Result(0, "Logout successful.\n", ""));
        assertThat(pks.requests().getLast().line())
                .matches("DELETE /oauth/token/revoke/[0-9a-f]{64}")
                .doesNotContain("refresh-1");
        assertThat(pks.requests().getLast().authorization()).isEqualTo("Bearer " + FakePks.token(600));
        assertThat(home.resolve(".pks/creds.yml")).doesNotExist();
    }

    @Test
    void forgetsTheSessionAlsoWhenTheUaaIsGone() {
        login("-p", "x", "-k");
        pks.close();
        var result = new PksRun(home).run("logout");
        assertThat(result.exit()).isZero();
        assertThat(result.err()).startsWith("The UAA could not be told").hasLineCount(1);
        assertThat(home.resolve(".pks/creds.yml")).doesNotExist();
        assertThat(new PksRun(home).run("logout").out()).isEqualTo("Logout successful.\n");
    }
}
