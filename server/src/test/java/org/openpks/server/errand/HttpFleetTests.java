package org.openpks.server.errand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openpks.kernel.Fault;
import org.openpks.server.errand.Fleet.Answer;
import org.openpks.server.errand.Fleet.Instance;
import org.openpks.server.errand.Fleet.Progress;

/// What the management API's answers mean (On-Demand Broker).
class HttpFleetTests {

    private static final Instance INSTANCE = new Instance("i-1", "p-1");

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, Map.Entry<Integer, String>> answers = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private HttpServer server;
    private HttpFleet fleet;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                var uri = exchange.getRequestURI();
                var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                requests.add("%s %s %s"
                        .formatted(exchange.getRequestMethod(), uri, body)
                        .strip());
                var answer = answers.getOrDefault(uri.getPath(), Map.entry(404, "{}"));
                var bytes = answer.getValue().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(answer.getKey(), bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
        fleet = new HttpFleet(
                http,
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                "broker",
                "secret",
                Duration.ofSeconds(5));
    }

    @AfterEach
    void stop() {
        server.stop(0);
        http.close();
    }

    @Test
    void listsInstances() {
        answers.put(
                "/mgmt/service_instances",
                Map.entry(200, "[{\"service_instance_id\":\"i-1\",\"plan_id\":\"p-1\",\"space_guid\":\"s\"}]"));
        assertThat(fleet.instances()).containsExactly(INSTANCE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            202 | {"BoshTaskID":7}                | Accepted[operation={"BoshTaskID":7}]
            204 |                                 | UpToDate[]
            404 | {}                              | Deleted[]
            410 | {}                              | Orphan[]
            409 | {"description":"It is busy."}   | Busy[why=It is busy.]
            503 | {"description":"No Director."}  | Busy[why=No Director.]
            500 | {"description":"It is broken."} | Refused[why=It is broken.]
            422 | nonsense                        | Refused[why=the broker answered with status 422]
            """)
    void readsTheAnswersToAnUpgrade(int status, String body, String meaning) {
        answers.put("/mgmt/service_instances/i-1", Map.entry(status, body == null ? "" : body));
        assertThat(fleet.upgrade(INSTANCE)).hasToString(meaning);
        assertThat(requests)
                .containsExactly("PATCH /mgmt/service_instances/i-1?operation_type=upgrade"
                        + " {\"plan_id\":\"p-1\",\"context\":{}}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 | {"state":"in progress","description":"Instance upgrade in progress"} | Running[description=Instance upgrade in progress]
            200 | {"state":"succeeded"}                                                | Done[]
            200 | {"state":"failed","description":"Failed for bosh task: 7"}           | Failed[why=Failed for bosh task: 7]
            404 | {}                                                                   | Failed[why=it was deleted meanwhile]
            """)
    void readsHowAnUpgradeGoes(int status, String body, String meaning) {
        answers.put("/v2/catalog", Map.entry(200, "{\"services\":[{\"id\":\"s-1\",\"name\":\"p.pks\",\"plans\":[]}]}"));
        answers.put("/v2/service_instances/i-1/last_operation", Map.entry(status, body));
        assertThat(fleet.progress(INSTANCE, "{\"BoshTaskID\":7}")).hasToString(meaning);
    }

    @Test
    void takesSilenceForNoAnswerYet() {
        server.stop(0);
        assertThat(fleet.upgrade(INSTANCE)).isInstanceOf(Answer.Busy.class);
        assertThat(fleet.progress(INSTANCE, "x")).isInstanceOf(Progress.Silent.class);
        assertThatThrownBy(fleet::instances)
                .isInstanceOf(Fault.class)
                .hasMessageStartingWith("The broker does not answer.")
                .hasMessageNotContaining("secret");
    }
}
