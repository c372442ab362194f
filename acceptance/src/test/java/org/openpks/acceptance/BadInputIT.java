package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Mistakes get one line, the right exit code or status, and change nothing.
@ExtendWith(ProductExtension.class)
class BadInputIT {

    private static final String CLUSTER = "work";

    private final Product product;

    BadInputIT(Product product) {
        this.product = product;
    }

    @Test
    void refusesAWrongPasswordAndTellsWhenNobodyIsLoggedIn() {
        var settings = product.exports();
        var other = Map.of("PKS_HOME", product.files().resolve("stranger").toString());
        var bin = Product.CHECKOUT.resolve("bin/pks").toString();
        var login = new Command(
                        other,
                        List.of(
                                bin,
                                "login",
                                "-a",
                                settings.get("PKS_API"),
                                "--uaa",
                                settings.get("UAA_URL"),
                                "-u",
                                "admin",
                                "-p",
                                "wrong",
                                "--ca-cert",
                                settings.get("PKS_CA_CERT")))
                .run();
        assertOneLine(login, "Credentials were rejected, please try again.");
        assertOneLine(
                new Command(other, List.of(bin, "clusters")).run(),
                "You are not currently authenticated. Please log in to continue");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cluster nothing-there                                                            | Cluster nothing-there not found
            get-credentials nothing-there                                                    | Cluster nothing-there not found
            resize nothing-there -n 2 --non-interactive                                      | Cluster nothing-there not found
            delete-cluster nothing-there --non-interactive                                   | Cluster nothing-there not found
            create-cluster new -e new.example.com -p enormous --non-interactive              | enormous
            create-cluster new -e not_a_host! -p small --non-interactive                     | host
            create-cluster new -e 12345678901234567890123456789012345678901234567890.12345678901234567890.example.com -p small --non-interactive | 64
            create-cluster new&name -e new.example.com -p small --non-interactive            | name
            create-cluster n234567890123456789012345678901234567890123456789012345678901234 -e new.example.com -p small --non-interactive | 63
            create-cluster new -e new.example.com -p small -n 0 --non-interactive            | 1
            create-cluster new -e new.example.com -p small -n -1 --non-interactive           | 1
            create-cluster new -e new.example.com -p small -n 51 --non-interactive           | 50
            create-cluster new -e new.example.com -p small -n many --non-interactive         | many
            create-cluster -e new.example.com -p small --non-interactive                     | cluster
            create-cluster new -p small --non-interactive                                    | external-hostname
            create-cluster work -e other.example.com -p small --non-interactive              | work
            create-cluster new -e work.example.com -p small --non-interactive                | work.example.com
            resize work -n 0 --non-interactive                                               | 1
            resize work -n 51 --non-interactive                                              | 50
            clutsers                                                                         | clusters
            """)
    void answersMistakesWithOneLineAndChangesNothing(String words, String mentioned) {
        product.cluster(CLUSTER, "small", 3);
        var before = product.pks("clusters", "--json").ok().out();
        var result = product.pks(words.strip().split("\\s+"));
        assertThat(result.code()).as(result.all()).isEqualTo(1);
        assertThat(result.err()).as("mentions the cause").containsIgnoringCase(mentioned.strip());
        assertThat(result.err()).startsWith("Error: ").doesNotContain("Exception", "\tat ");
        assertThat(product.pks("clusters", "--json").ok().out()).isEqualTo(before);
    }

    @Test
    void refusesASecondOperationWhileOneRuns() {
        product.pks("create-cluster", "busy", "-e", "busy.example.com", "-p", "small", "-n", "1", "--non-interactive")
                .ok();
        try {
            assertOneLine(
                    product.pks("resize", "busy", "-n", "2", "--non-interactive"),
                    "An operation is in progress for your service instance. Please try again later.");
        } finally {
            product.pks("delete-cluster", "busy", "--wait", "--non-interactive").ok();
        }
    }

    @Test
    void tellsWithinFiveSecondsThatTheApiIsDown() {
        var nowhere = new Command(
                Map.of("PKS_HOME", product.files().resolve("nowhere").toString()),
                List.of(
                        Product.CHECKOUT.resolve("bin/pks").toString(),
                        "login",
                        "-a",
                        "https://127.0.0.1:1",
                        "-u",
                        "admin",
                        "-p",
                        "x",
                        "-k"));
        var begin = System.nanoTime();
        var result = nowhere.run();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).startsWith("Error: ").contains("127.0.0.1").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            application/json | {"name": "x", | 400
            application/json | [1, 2]        | 400
            application/json | {"name": "x", "plan_name": "small", "color": "red", "parameters": {"kubernetes_master_host": "x.example.com"}} | 400
            text/plain       | {"name": "x"} | 415
            """)
    void answersBrokenBodiesWithTheRightStatus(String type, String body, int status) throws Exception {
        var response = post("/v1/clusters", type, HttpRequest.BodyPublishers.ofString(body), product.token());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).startsWith("{\"body\":\"").doesNotContain("Exception", "org.openpks", "\\tat ");
    }

    @Test
    void refusesABodyOfTenMegabytes() throws Exception {
        var large = ("{\"name\": \"" + "x".repeat(10_000_000) + "\"}").getBytes(StandardCharsets.UTF_8);
        assertThat(post(
                                "/v1/clusters",
                                "application/json",
                                HttpRequest.BodyPublishers.ofByteArray(large),
                                product.token())
                        .statusCode())
                .isEqualTo(413);
        assertThat(post(
                                "/v1/clusters",
                                "application/json",
                                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)),
                                product.token())
                        .statusCode())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource({"''", "nonsense", "eyJhbGciOiJub25lIn0.eyJzY29wZSI6WyJwa3MuY2x1c3RlcnMuYWRtaW4iXX0."})
    void refusesRequestsWithoutAValidToken(String token) throws Exception {
        var response = post("/v1/clusters", "application/json", HttpRequest.BodyPublishers.ofString("{}"), token);
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).startsWith("{\"body\":\"");
    }

    @Test
    void keepsSecretsOutOfLogsAndProcessLists() {
        product.cluster(CLUSTER, "small", 3);
        var secrets = new ArrayList<>(product.exports().entrySet().stream()
                .filter(entry ->
                        entry.getKey().endsWith("PASSWORD") || entry.getKey().endsWith("SECRET"))
                .map(Map.Entry::getValue)
                .filter(value -> !value.isEmpty())
                .distinct()
                .toList());
        secrets.add("PRIVATE KEY-----");
        var token = product.kubectl(
                        CLUSTER, "config", "view", "--raw", "-o", "jsonpath={.users[?(@.name!=\"\")].user.token}")
                .ok()
                .out()
                .strip();
        assertThat(token).isNotEmpty();
        secrets.addAll(List.of(token.split(" ")));
        for (var secret : secrets) {
            var found = new Command(
                            Map.of(),
                            List.of(
                                    "grep",
                                    "-rlF",
                                    "--",
                                    secret,
                                    product.home() + "/log",
                                    product.home() + "/run",
                                    product.home() + "/director/tasks",
                                    product.home() + "/database/error.log"))
                    .run();
            assertThat(found.out()).as("files of logs with a secret").isEmpty();
            assertThat(ProcessHandle.allProcesses()
                            .map(process -> process.info().commandLine().orElse("")))
                    .noneMatch(line -> line.contains(secret) && !line.contains("grep"));
        }
    }

    private static void assertOneLine(Command.Result result, String sentence) {
        assertThat(result.code()).as(result.all()).isEqualTo(1);
        assertThat(result.err().strip()).hasLineCount(1).endsWith(sentence);
    }

    private HttpResponse<String> post(String path, String type, HttpRequest.BodyPublisher body, String token) {
        var request = HttpRequest.newBuilder(URI.create(product.exports().get("PKS_API") + path))
                .header("Content-Type", type)
                .timeout(Duration.ofSeconds(30))
                .POST(body);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return product.send(request);
    }
}
