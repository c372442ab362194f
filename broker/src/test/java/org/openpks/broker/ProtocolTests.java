package org.openpks.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openpks.broker.TestBroker.path;
import static org.openpks.broker.TestBroker.provisionBody;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules that hold before anything is done: credentials, version, form, schema.
class ProtocolTests {

    @TempDir
    static Path directory;

    private static FakeDirector director;
    private static TestBroker broker;

    @BeforeAll
    static void start() throws IOException {
        director = new FakeDirector();
        broker = new TestBroker(director, directory);
    }

    @AfterAll
    static void stop() {
        broker.close();
        director.close();
    }

    private static final List<String> ROUTES = List.of(
            "GET /v2/catalog",
            "PUT /v2/service_instances/i",
            "PATCH /v2/service_instances/i",
            "DELETE /v2/service_instances/i",
            "GET /v2/service_instances/i",
            "GET /v2/service_instances/i/last_operation",
            "GET /v2/service_instances/i/operation_steps",
            "PUT /v2/service_instances/i/service_bindings/b",
            "GET /v2/service_instances/i/service_bindings/b",
            "GET /v2/service_instances/i/service_bindings/b/last_operation",
            "DELETE /v2/service_instances/i/service_bindings/b");

    static List<String> routes() {
        return ROUTES;
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("routes")
    void asksForCredentialsBeforeAnythingElse(String route) {
        var parts = route.split(" ");
        assertThat(broker.send(parts[0], parts[1], null, Map.of("Authorization", ""))
                        .status())
                .isEqualTo(401);
        var wrong = Map.of("Authorization", TestBroker.basic("broker", "wrong"), "X-Broker-API-Version", "");
        assertThat(broker.send(parts[0], parts[1], null, wrong).status()).isEqualTo(401);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("routes")
    void asksForAVersionBeforeItReadsTheBody(String route) {
        var parts = route.split(" ");
        for (var version : List.of("", " ", "1.0", "3.0", "2", "2.x", "2.12")) {
            var answer = broker.send(parts[0], parts[1], null, Map.of("X-Broker-API-Version", version));
            assertThat(answer.status()).as(version).isEqualTo(412);
            assertThat(answer.text("description")).isNotEmpty();
        }
    }

    @Test
    void offersItsPlansWithWhatPlatformsNeed() {
        var answer = broker.send("GET", "/v2/catalog", null);
        assertThat(answer.status()).isEqualTo(200);
        var service = answer.body().path("services").path(0);
        assertThat(service.path("id").asString()).isEqualTo("service-1");
        assertThat(service.path("plan_updateable").asBoolean()).isTrue();
        var plan = service.path("plans").path(0);
        assertThat(plan.path("metadata").path("worker_instances").asInt()).isEqualTo(3);
        assertThat(plan.path("metadata").path("max_worker_instances").asInt()).isEqualTo(5);
        assertThat(plan.path("metadata").path("master_instances").asInt()).isEqualTo(1);
        assertThat(plan.path("metadata").path("allow-privileged-containers").asBoolean())
                .isTrue();
        assertThat(plan.path("maintenance_info").path("version").asString()).isEqualTo("1.7.0");
        assertThat(plan.path("schemas")
                        .path("service_instance")
                        .path("create")
                        .path("parameters")
                        .path("$schema")
                        .asString())
                .contains("draft-04");
        var etag = answer.raw().headers().firstValue("ETag").orElseThrow();
        assertThat(broker.send("GET", "/v2/catalog", null, Map.of("If-None-Match", etag))
                        .status())
                .isEqualTo(304);
        assertThat(broker.client().catalog().services()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"service_id", "plan_id", "organization_guid", "space_guid"})
    void refusesAProvisionWithoutAField(String field) {
        for (var empty : new String[] {null, ""}) {
            var body = provisionBody(Map.of());
            body.put(field, empty);
            var answer = broker.send("PUT", path("x") + "?accepts_incomplete=true", body);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text("description")).contains(field);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"service_id", "plan_id"})
    void refusesUnknownIds(String field) {
        var body = provisionBody(Map.of());
        body.put(field, "xxxx-xxxx-xxxx-xxxx");
        assertThat(broker.send("PUT", path("x") + "?accepts_incomplete=true", body)
                        .status())
                .isEqualTo(400);
        assertThat(broker.send("PATCH", path("x") + "?accepts_incomplete=true", body)
                        .status())
                .isEqualTo(400);
        assertThat(broker.send("PUT", path("x") + "/service_bindings/b", body).status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{broken | not JSON",
                "[] | JSON object",
                "\"text\" | JSON object",
                "{\"service_id\":5} | service_id must be a text",
            })
    void refusesBodiesThatAreNoRequest(String body, String expected) {
        var answer = broker.send("PUT", path("x") + "?accepts_incomplete=true", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("description")).contains(expected);
    }

    @Test
    void refusesParametersThatAreNoObject() {
        var body = provisionBody(Map.of());
        body.put("parameters", "text");
        var answer = broker.send("PUT", path("x") + "?accepts_incomplete=true", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("description")).contains("parameters must be an object");
    }

    @Test
    void answersAWrongContentTypeWith400() {
        var answer = broker.send(
                "PUT",
                path("x") + "?accepts_incomplete=true",
                provisionBody(Map.of()),
                Map.of("Content-Type", "text/plain"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("description")).contains("application/json");
    }

    @Test
    void refusesBodiesOfTenMegabytes() {
        var answer = broker.send("PUT", path("x") + "?accepts_incomplete=true", "x".repeat(10_000_000));
        assertThat(answer.status()).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH"})
    void worksOnlyAsynchronously(String method) {
        for (var query : List.of("", "?accepts_incomplete=false")) {
            var answer = broker.send(method, path("x") + query, provisionBody(Map.of()));
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.text("error")).isEqualTo("AsyncRequired");
        }
        var answer = broker.send("DELETE", path("x") + "?service_id=service-1&plan_id=plan-small", null);
        assertThat(answer.text("error")).isEqualTo("AsyncRequired");
    }

    @Test
    void refusesADeletionWithoutIds() {
        assertThat(broker.send("DELETE", path("x") + "?accepts_incomplete=true&service_id=&plan_id=p", null)
                        .status())
                .isEqualTo(400);
        assertThat(broker.send("DELETE", path("x") + "?accepts_incomplete=true&service_id=s", null)
                        .status())
                .isEqualTo(400);
        assertThat(broker.send("DELETE", path("x") + "/service_bindings/b?plan_id=p", null)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void namesTheFieldThatTheSchemaRefuses() {
        var negative = broker.provision("x", Map.of("kubernetes_worker_instances", -1));
        assertThat(negative.status()).isEqualTo(400);
        assertThat(negative.text("error")).isEqualTo("params-validation-failed");
        assertThat(negative.text("description")).contains("kubernetes_worker_instances");
        var unknown = broker.provision("x", Map.of("can-not", "be-good"));
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.text("description")).contains("can-not");
        assertThat(director.configsOfInstances()).isEmpty();
    }

    @Test
    void passesTheAdaptersRefusalOn() {
        var answer = broker.provision("x", Map.of("kubernetes_worker_instances", 6));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("description")).isEqualTo("kubernetes_worker_instances must be at most 5");
        assertThat(director.configsOfInstances()).isEmpty();
        assertThat(director.tasks).isEmpty();
    }

    @Test
    void comparesMaintenanceVersions() {
        var body = provisionBody(Map.of());
        body.put("maintenance_info", Map.of("version", "1.6.0"));
        var answer = broker.send("PUT", path("x") + "?accepts_incomplete=true", body);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text("error")).isEqualTo("MaintenanceInfoConflict");
        var offered = broker.send("GET", "/v2/catalog", null)
                .body()
                .path("services")
                .path(0)
                .path("plans")
                .path(0)
                .path("maintenance_info");
        assertThat(offered.path("version").asString()).isEqualTo("1.7.0");
        assertThat(offered.path("public").path("kubernetes_version").asString()).isEqualTo("1.0");
    }

    @Test
    void readsTheIdentityHeaders() {
        var good = Map.of(
                "X-Broker-API-Originating-Identity", "pks eyJ1c2VyX2lkIjoiYWxhbmEifQ==",
                "X-Broker-API-Request-Identity", "abc-123");
        var answer = broker.send("GET", "/v2/catalog", null, good);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.raw().headers().firstValue("X-Broker-API-Request-Identity"))
                .contains("abc-123");
        for (var bad : List.of("pks", "pks !!!", "pks bm8=", "pks W10=")) {
            assertThat(broker.send("GET", "/v2/catalog", null, Map.of("X-Broker-API-Originating-Identity", bad))
                            .status())
                    .as(bad)
                    .isEqualTo(400);
        }
    }

    @Test
    void knowsNothingOfInstancesThatWereNeverMade() {
        assertThat(broker.deprovision("never").status()).isEqualTo(410);
        assertThat(broker.deprovision("never").raw().body()).isEqualTo("{}");
        assertThat(broker.update("never", Map.of()).status()).isEqualTo(404);
        assertThat(broker.poll("never", "").status()).isEqualTo(404);
        assertThat(broker.send("GET", path("never"), null).status()).isEqualTo(404);
        var bind = new HashMap<String, Object>(Map.of("service_id", "service-1", "plan_id", "plan-small"));
        assertThat(broker.send("PUT", path("never") + "/service_bindings/b", bind)
                        .status())
                .isEqualTo(404);
        assertThat(broker.send("DELETE", path("never") + "/service_bindings/b?service_id=service-1&plan_id=p", null)
                        .status())
                .isEqualTo(410);
    }

    @Test
    void answersUnknownRoutesInItsOwnForm() {
        var answer = broker.send("GET", "/v2/nothing", null);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text("description")).isNotEmpty();
        assertThat(broker.send("POST", "/v2/catalog", "{}").status()).isEqualTo(405);
    }
}
