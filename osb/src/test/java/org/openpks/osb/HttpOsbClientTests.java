package org.openpks.osb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openpks.kernel.Fault;

class HttpOsbClientTests {

    private final List<String> asked = new ArrayList<>();
    private final List<Map<String, List<String>>> headers = new ArrayList<>();
    private final List<String> bodies = new ArrayList<>();
    private HttpServer server;
    private HttpClient http;
    private OsbClient client;
    private int status = 200;
    private String answer = "{}";
    private int drops;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/", exchange -> {
            try (exchange) {
                asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                headers.add(exchange.getRequestHeaders());
                bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                if (drops-- > 0) {
                    return;
                }
                var bytes = answer.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Retry-After", "7");
                exchange.sendResponseHeaders(status, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        client = new HttpOsbClient(http, base, "broker", "secret");
    }

    @AfterEach
    void stop() {
        http.close();
        server.stop(0);
    }

    private void answer(int newStatus, String body) {
        status = newStatus;
        answer = body;
    }

    @Test
    void saysWhoAsksAndInWhichVersion() {
        answer(202, "{\"operation\":\"op\",\"dashboard_url\":\"https://d\"}");
        var request = new ProvisionRequest("s", "p", "o", "sp", null, Map.of("n", 3), null);
        var outcome = client.provision("a b/c", request, Optional.of(OriginatingIdentity.user("1", "alana")));
        assertThat(outcome).isEqualTo(new OsbClient.Outcome.InProgress(Optional.of("op"), Optional.of("https://d")));
        assertThat(asked.getFirst()).isEqualTo("PUT /v2/service_instances/a%20b%2Fc?accepts_incomplete=true");
        assertThat(headers.getFirst().get("Authorization")).containsExactly("Basic YnJva2VyOnNlY3JldA==");
        assertThat(headers.getFirst().get("X-broker-api-version")).containsExactly("2.17");
        var identity = OriginatingIdentity.parse(
                headers.getFirst().get("X-broker-api-originating-identity").getFirst());
        assertThat(identity.value()).containsEntry("username", "alana");
        assertThat(OsbJson.MAPPER.readTree(bodies.getFirst()))
                .isEqualTo(
                        OsbJson.MAPPER.readTree(
                                "{\"service_id\":\"s\",\"plan_id\":\"p\",\"organization_guid\":\"o\",\"space_guid\":\"sp\",\"parameters\":{\"n\":3}}"));
    }

    @ParameterizedTest
    @CsvSource({
        "400,'',REQUEST_INVALID",
        "401,'',BROKER_UNAUTHORISED",
        "404,'',INSTANCE_UNKNOWN",
        "409,'',INSTANCE_CONFLICT",
        "412,'',VERSION_REFUSED",
        "422,AsyncRequired,ASYNC_REQUIRED",
        "422,ConcurrencyError,CONCURRENCY",
        "422,MaintenanceInfoConflict,MAINTENANCE_INFO_CONFLICT",
        "422,QuotaExceeded,QUOTA_EXCEEDED",
        "422,Other,REFUSED",
        "418,'',REFUSED",
        "500,'',BROKER_FAILED",
        "503,'',BROKER_UNAVAILABLE",
    })
    void turnsRefusalsIntoFaults(int code, String word, OsbFault expected) {
        answer(code, "{\"error\":\"%s\",\"description\":\"The reason.\"}".formatted(word));
        var request = new UpdateRequest("s", null, null, null, null, null);
        var fault = catchThrowableOfType(Fault.class, () -> client.update("i", request, Optional.empty()));
        assertThat(fault.code()).isEqualTo(expected);
        assertThat(fault.userMessage()).isEqualTo("The reason.");
    }

    @Test
    void survivesAnswersThatAreNoneOfTheProtocol() {
        answer(502, "<html>Bad gateway</html>");
        var fault = catchThrowableOfType(Fault.class, () -> client.catalog());
        assertThat(fault.code()).isEqualTo(OsbFault.BROKER_UNAVAILABLE);
        assertThat(fault.userMessage()).isEqualTo("The service broker answered with status 502.");
        answer(200, "not json, but a token");
        var unreadable = catchThrowableOfType(Fault.class, () -> client.catalog());
        assertThat(unreadable.code()).isEqualTo(OsbFault.BROKER_FAILED);
        assertThat(unreadable.getMessage() + unreadable.detail()).doesNotContain("token");
    }

    @Test
    void readsPolls() {
        answer(200, "{\"state\":\"in progress\",\"description\":\"Instance provisioning in progress\",\"new\":1}");
        assertThat(client.lastOperation("i", "s", "p", Optional.of("{\"a\":1}")))
                .isEqualTo(new OsbClient.Poll.Answer(
                        new LastOperation(LastOperation.State.IN_PROGRESS, "Instance provisioning in progress"),
                        Optional.of(7)));
        assertThat(asked.getFirst())
                .isEqualTo(
                        "GET /v2/service_instances/i/last_operation?service_id=s&plan_id=p&operation=%7B%22a%22%3A1%7D");
        answer(410, "{}");
        assertThat(client.lastOperation("i", "s", "p", Optional.empty())).isEqualTo(new OsbClient.Poll.Gone());
        answer(404, "{}");
        assertThat(client.lastOperation("i", "s", "p", Optional.empty())).isEqualTo(new OsbClient.Poll.Unknown());
    }

    @Test
    void readsCatalogsOfOtherBrokers() {
        answer(200, """
                {"services":[{"id":"s","name":"n","description":"d","bindable":true,
                  "plans":[{"id":"p","name":"pn","description":"pd","metadata":{"worker_instances":3}}]}]}""");
        var service = client.catalog().services().getFirst();
        assertThat(service.planUpdateable()).isFalse();
        assertThat(service.plans().getFirst().free()).isTrue();
        assertThat(service.plans().getFirst().metadata()).containsEntry("worker_instances", 3);
    }

    @Test
    void readsAreRepeatedOnceAndWritesAreNot() {
        answer(200, "{\"services\":[]}");
        drops = 1;
        assertThat(client.catalog().services()).isEmpty();
        int before = asked.size();
        drops = 1;
        var fault = catchThrowableOfType(Fault.class, () -> client.deprovision("i", "s", "p", Optional.empty()));
        assertThat(fault.code()).isEqualTo(OsbFault.BROKER_UNREACHABLE);
        assertThat(asked).hasSize(before + 1);
    }

    @Test
    void hidesCredentials() {
        answer(201, "{\"credentials\":{\"token\":\"very-secret\"}}");
        var binding = client.bind("i", "b", BindRequest.of("s", "p", Map.of()), Optional.empty());
        assertThat(binding.credentials()).containsEntry("token", "very-secret");
        assertThat(binding.toString()).doesNotContain("very-secret");
    }

    @Test
    void passesStepsOn() {
        answer(200, """
                {"steps":[{"index":0,"stage":"Creating missing vms","task":"master/1 (0)","state":"succeeded",
                  "started_at":"2026-01-02T03:04:05Z","finished_at":"2026-01-02T03:04:06Z"}],"next":2}""");
        var steps = client.operationSteps("i", Optional.empty(), 1);
        assertThat(steps.next()).isEqualTo(2);
        assertThat(steps.steps().getFirst().finishedAt()).isEqualTo("2026-01-02T03:04:06Z");
        assertThat(OsbJson.MAPPER.writeValueAsString(steps)).contains("\"started_at\":\"2026-01-02T03:04:05Z\"");
    }
}
