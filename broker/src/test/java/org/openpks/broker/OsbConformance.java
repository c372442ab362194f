package org.openpks.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openpks.broker.TestBroker.path;
import static org.openpks.broker.TestBroker.provisionBody;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.broker.TestBroker.Answer;
import org.openpks.osb.OsbJson;
import tools.jackson.databind.JsonNode;

/// The rules of the Open Service Broker API 2.14 to 2.17, one test each, over HTTP. The names of the tests read as the
/// list of rules; the numbers are those of the sections of the specification's summary: 1 every request, 2 catalog,
/// 3 instances, 4 bindings, 5 orphans. Public checkers leave out most of 409, 410, 404, the words of 422, the headers
/// and the schemas.
///
/// Subclasses say over which Director the broker works. Every test uses ids of its own.
public abstract class OsbConformance {

    private static final Map<String, Object> FOUR = Map.of("parameters", Map.of("kubernetes_worker_instances", 4));
    private static final String IDS = "?service_id=service-1&plan_id=plan-small";
    private static final String UNKNOWN = "xxxx-xxxx-xxxx-xxxx";

    private final String instance = UUID.randomUUID().toString();
    private final String binding = UUID.randomUUID().toString();

    protected abstract DirectorUnderTest director();

    protected abstract TestBroker broker();

    @BeforeEach
    void forget() {
        broker().adapter().reset();
    }

    /// Leaves no deployment behind, whatever happened.
    @AfterEach
    void remove() {
        director().failing(false);
        if (broker().deprovision(instance).status() == 202) {
            broker().finish(instance, "");
        }
    }

    static List<String> routes() {
        return List.of(
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
    }

    private Answer send(String route, @Nullable Object body, Map<String, String> headers) {
        var parts = route.split(" ", 2);
        return broker().send(parts[0], parts[1], body, headers);
    }

    private Answer put(Map<String, Object> body) {
        return broker().send("PUT", path(instance) + "?accepts_incomplete=true", body);
    }

    private String bindingPath() {
        return path(instance) + "/service_bindings/" + binding;
    }

    private static Map<String, Object> bindBody() {
        return new HashMap<>(Map.of("service_id", "service-1", "plan_id", "plan-small"));
    }

    private Answer bind(Map<String, Object> body) {
        return broker().send("PUT", bindingPath(), body);
    }

    private static void refused(Answer answer, int status, String error) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text("error")).isEqualTo(error);
        assertThat(answer.text("description")).isNotBlank();
    }

    private void nothingHappened() {
        assertThat(director().tasks(instance)).isEmpty();
        assertThat(broker().send("GET", path(instance) + "/last_operation", null)
                        .status())
                .isEqualTo(404);
    }

    // ---- 1 every request

    @ParameterizedTest(name = "{0}")
    @MethodSource("routes")
    @DisplayName("1 401 without or with wrong credentials, before anything else is looked at")
    void credentials(String route) {
        assertThat(send(route, null, Map.of("Authorization", "")).status()).isEqualTo(401);
        var wrong = Map.of("Authorization", TestBroker.basic("broker", "wrong"), "X-Broker-API-Version", "");
        var answer = send(route, "{broken", wrong);
        refused(answer, 401, "Unauthorized");
        assertThat(answer.raw().headers().firstValue("WWW-Authenticate")).isPresent();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("routes")
    @DisplayName("1 412 for an absent, empty, unreadable or unsupported version, before the body is read")
    void version(String route) {
        for (var version : List.of("", " ", "1.0", "3.0", "2", "2.x", "2.12", "two.fourteen")) {
            var answer = send(route, null, Map.of("X-Broker-API-Version", version));
            assertThat(answer.status()).as("version '%s'", version).isEqualTo(412);
            assertThat(answer.text("description")).contains("X-Broker-API-Version");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.13", "2.14", "2.15", "2.16", "2.17", "2.18"})
    @DisplayName("1 every 2.x from 2.13 on is served")
    void minorVersions(String version) {
        assertThat(broker().send("GET", "/v2/catalog", null, Map.of("X-Broker-API-Version", version))
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("1 order: body 400, then ids 400, then AsyncRequired 422, then existence")
    void orderOfChecks() {
        var unknownPlan = provisionBody(Map.of());
        unknownPlan.put("plan_id", UNKNOWN);
        assertThat(broker().send("PUT", path(instance), Map.of()).status()).isEqualTo(400);
        assertThat(broker().send("PUT", path(instance), unknownPlan).status()).isEqualTo(400);
        assertThat(broker().send("PUT", path(instance), provisionBody(Map.of())).text("error"))
                .isEqualTo("AsyncRequired");
        assertThat(broker().send("PATCH", path(instance), Map.of("service_id", UNKNOWN))
                        .status())
                .isEqualTo(400);
        assertThat(broker().send("PATCH", path(instance), Map.of("service_id", "service-1"))
                        .text("error"))
                .isEqualTo("AsyncRequired");
        assertThat(broker().send("DELETE", path(instance), null).status()).isEqualTo(400);
        assertThat(broker().send("DELETE", path(instance) + IDS, null).text("error"))
                .isEqualTo("AsyncRequired");
        nothingHappened();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pks", "pks !!!", "pks bm8=", "pks W10=", "pks e30= more", "e30="})
    @DisplayName("1 400 for an originating identity that is no platform and JSON object in base64")
    void malformedIdentity(String header) {
        refused(
                broker().send("GET", "/v2/catalog", null, Map.of("X-Broker-API-Originating-Identity", header)),
                400,
                "BadRequest");
    }

    @Test
    @DisplayName("1 originating identities of every platform are taken; none is fine")
    void identity() {
        for (var header : List.of(
                "cloudfoundry eyJ1c2VyX2lkIjoiNjgzZWE3NDgifQ==",
                "kubernetes eyJ1c2VybmFtZSI6ImR1a2UiLCJ1aWQiOiJjMmRkZSIsImdyb3VwcyI6WyJhIl0sImV4dHJhIjp7fX0=",
                "pks eyJ1c2VyX2lkIjoiYWxhbmEifQ==")) {
            assertThat(broker().send("GET", "/v2/catalog", null, Map.of("X-Broker-API-Originating-Identity", header))
                            .status())
                    .as(header)
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("routes")
    @DisplayName("1 the request identity is echoed, also by refusals")
    void requestIdentity(String route) {
        var identity = Map.of("X-Broker-API-Request-Identity", "e26cee84-6b38-4456-b34e-d1a9f002c956");
        var headers = new HashMap<>(identity);
        for (int round = 0; round < 3; round++) {
            assertThat(send(route, null, headers).raw().headers().firstValue("X-Broker-API-Request-Identity"))
                    .hasValue("e26cee84-6b38-4456-b34e-d1a9f002c956");
            headers.put(round == 0 ? "X-Broker-API-Version" : "Authorization", "");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/jsonp", "application/x-www-form-urlencoded"})
    @DisplayName("1 400 for another content type than application/json")
    void contentType(String type) {
        for (var route : List.of("PUT " + path(instance), "PATCH " + path(instance), "PUT " + bindingPath())) {
            var answer =
                    send(route + "?accepts_incomplete=true", provisionBody(Map.of()), Map.of("Content-Type", type));
            refused(answer, 400, "BadRequest");
        }
        nothingHappened();
    }

    @Test
    @DisplayName("1 application/json may carry a character set")
    void contentTypeWithCharset() {
        var answer = send(
                "PUT " + path(instance) + "?accepts_incomplete=true",
                provisionBody(Map.of()),
                Map.of("Content-Type", "application/json;charset=UTF-8"));
        assertThat(answer.status()).isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{broken", "[]", "\"text\"", "null", "5", "{\"service_id\":5}", "{} trailing"})
    @DisplayName("1 400 for a body that is no JSON object")
    void malformedBody(String body) {
        for (var route : List.of("PUT " + path(instance), "PATCH " + path(instance), "PUT " + bindingPath())) {
            refused(send(route + "?accepts_incomplete=true", body, Map.of()), 400, "BadRequest");
        }
    }

    @Test
    @DisplayName("1 unknown fields and query parameters are ignored")
    void unknownFields() {
        var body = provisionBody(Map.of());
        body.put("something_new", Map.of("nested", List.of(1, 2)));
        assertThat(broker().send("PUT", path(instance) + "?accepts_incomplete=true&newer=yes", body)
                        .status())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with.dots.and~tilde", "with%20space", "with%2Fslash", "%C3%BC-umlaut", "a%3Ab%40c%21"})
    @DisplayName("1 ids may have any characters, percent-encoded")
    void ids(String id) {
        var own = id + "-" + instance;
        assertThat(broker().provision(own, Map.of()).status()).isEqualTo(202);
        assertThat(broker().finish(own, "").text("state")).isEqualTo("succeeded");
        assertThat(broker().send("PUT", path(own) + "/service_bindings/" + id, bindBody())
                        .status())
                .isEqualTo(201);
        assertThat(broker().send("GET", path(own) + "/service_bindings/" + id, null)
                        .status())
                .isEqualTo(200);
        assertThat(broker().deprovision(own).status()).isEqualTo(202);
        assertThat(broker().finish(own, "").text("state")).isEqualTo("succeeded");
        assertThat(broker().deprovision(own).status()).isEqualTo(410);
    }

    @Test
    @DisplayName("1 ids that look alike do not meet: deleting one instance leaves the bindings of the other")
    void idsThatLookAlike() {
        var longer = instance + ".more";
        broker().created(instance);
        broker().created(longer);
        assertThat(broker().send("PUT", path(longer) + "/service_bindings/b", bindBody())
                        .status())
                .isEqualTo(201);
        broker().deprovision(instance);
        broker().finish(instance, "");
        assertThat(broker().send("GET", path(longer) + "/service_bindings/b", null)
                        .status())
                .isEqualTo(200);
        broker().deprovision(longer);
        broker().finish(longer, "");
    }

    @Test
    @DisplayName("1 unknown routes and methods are answered in the form of the specification")
    void unknownRoutes() {
        assertThat(broker().send("GET", "/v2/nothing", null).text("description"))
                .isNotBlank();
        assertThat(broker().send("GET", "/v2/nothing", null).status()).isEqualTo(404);
        assertThat(broker().send("POST", "/v2/catalog", "{}").status()).isEqualTo(405);
    }

    // ---- 2 catalog

    private JsonNode offering() {
        return broker().send("GET", "/v2/catalog", null).body().path("services").path(0);
    }

    @Test
    @DisplayName("2 200 with offerings and plans: required fields, types, unique names and ids")
    void catalog() {
        assertThat(broker().send("GET", "/v2/catalog", null).status()).isEqualTo(200);
        var service = offering();
        for (var field : List.of("id", "name", "description")) {
            assertThat(service.path(field).asString("")).as(field).isNotBlank().hasSizeLessThan(256);
        }
        assertThat(service.path("name").asString()).matches("[A-Za-z0-9.-]+");
        for (var field : List.of(
                "bindable",
                "instances_retrievable",
                "bindings_retrievable",
                "allow_context_updates",
                "plan_updateable")) {
            assertThat(service.path(field).isBoolean()).as(field).isTrue();
        }
        assertThat(service.path("tags").isArray()).isTrue();
        assertThat(service.path("requires").isArray()).isTrue();
        var names = new ArrayList<String>();
        var ids = new ArrayList<String>();
        service.path("plans").forEach(plan -> {
            names.add(plan.path("name").asString());
            ids.add(plan.path("id").asString());
            assertThat(plan.path("description").asString("")).isNotBlank();
            assertThat(plan.path("free").isBoolean()).isTrue();
        });
        assertThat(names).isNotEmpty().doesNotHaveDuplicates();
        assertThat(ids).isNotEmpty().doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("2 plans have maintenance_info with a semantic version, and maximum_polling_duration")
    void maintenanceInfo() {
        var plan = offering().path("plans").path(0);
        assertThat(plan.path("maintenance_info").path("version").asString()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(plan.path("maximum_polling_duration").asInt()).isPositive();
    }

    @Test
    @DisplayName("2 plans have schemas of all parameters, each with $schema, without references, at most 64 kB")
    void schemas() {
        var schemas = offering().path("plans").path(0).path("schemas");
        for (var place : List.of("service_instance/create", "service_instance/update", "service_binding/create")) {
            var schema = schemas.at("/" + place + "/parameters");
            assertThat(schema.path("$schema").asString("")).as(place).startsWith("http://json-schema.org/draft-04/");
            assertThat(schema.toString()).doesNotContain("$ref").hasSizeLessThan(64 * 1024);
        }
    }

    @Test
    @DisplayName("2 the catalog has an ETag, and 304 answers its repetition")
    void etag() {
        var etag = broker().send("GET", "/v2/catalog", null)
                .raw()
                .headers()
                .firstValue("ETag")
                .orElseThrow();
        var again = broker().send("GET", "/v2/catalog", null, Map.of("If-None-Match", etag));
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.raw().body()).isEmpty();
        assertThat(broker().send("GET", "/v2/catalog", null, Map.of("If-None-Match", "\"other\""))
                        .status())
                .isEqualTo(200);
    }

    // ---- 3.1 provision

    @ParameterizedTest
    @ValueSource(strings = {"service_id", "plan_id", "organization_guid", "space_guid"})
    @DisplayName("3.1 400 without a required field, also when it is empty or null")
    void provisionWithoutField(String field) {
        for (var value : new @Nullable String[] {null, "", " "}) {
            var body = provisionBody(Map.of());
            body.put(field, value);
            var answer = put(body);
            refused(answer, 400, "BadRequest");
            assertThat(answer.text("description")).contains(field);
        }
        nothingHappened();
    }

    @ParameterizedTest
    @ValueSource(strings = {"service_id", "plan_id"})
    @DisplayName("3.1 400 for an unknown service or plan")
    void provisionUnknown(String field) {
        var body = provisionBody(Map.of());
        body.put(field, UNKNOWN);
        var answer = put(body);
        refused(answer, 400, "BadRequest");
        assertThat(answer.text("description")).contains(field).contains(UNKNOWN);
        nothingHappened();
    }

    @ParameterizedTest
    @ValueSource(strings = {"parameters", "context", "maintenance_info"})
    @DisplayName("3.1 400 for parameters, context or maintenance_info that are no objects")
    void provisionWrongTypes(String field) {
        var body = provisionBody(Map.of());
        body.put(field, "text");
        var answer = put(body);
        refused(answer, 400, "BadRequest");
        assertThat(answer.text("description")).contains(field);
        nothingHappened();
    }

    @Test
    @DisplayName("3.1 400 for parameters against the schema; the description names the field")
    void provisionAgainstSchema() {
        for (var bad : List.of(
                Map.<String, Object>of("can-not", "be-good"),
                Map.<String, Object>of("kubernetes_worker_instances", -1),
                Map.<String, Object>of("kubernetes_worker_instances", "three"))) {
            var answer = put(provisionBody(bad));
            refused(answer, 400, "params-validation-failed");
            assertThat(answer.text("description")).contains(bad.keySet());
        }
        nothingHappened();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?accepts_incomplete=false", "?accepts_incomplete=", "?accepts_incomplete=yes"})
    @DisplayName("3.1 422 AsyncRequired unless accepts_incomplete is true")
    void provisionAsync(String query) {
        refused(broker().send("PUT", path(instance) + query, provisionBody(Map.of())), 422, "AsyncRequired");
        nothingHappened();
    }

    @Test
    @DisplayName("3.1 422 MaintenanceInfoConflict for another version than the catalog's")
    void provisionMaintenanceInfo() {
        var body = provisionBody(Map.of());
        body.put("maintenance_info", Map.of("version", "0.0.1"));
        refused(put(body), 422, "MaintenanceInfoConflict");
        nothingHappened();
        body.put("maintenance_info", Map.of("version", "1.7.0"));
        assertThat(put(body).status()).isEqualTo(202);
    }

    @Test
    @DisplayName("3.1 400 for maintenance_info without a version")
    void provisionMaintenanceInfoWithoutVersion() {
        var body = provisionBody(Map.of());
        body.put("maintenance_info", Map.of("description", "new"));
        refused(put(body), 400, "BadRequest");
    }

    @Test
    @DisplayName(
            "3.1 202 with operation, dashboard_url and labels in the first reply; the operation is at most 10000 long")
    void provisionAccepted() {
        var answer = put(provisionBody(Map.of()));
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.text("operation")).isNotBlank().hasSizeLessThanOrEqualTo(10_000);
        assertThat(answer.text("dashboard_url")).isEqualTo("https://dashboard.example/" + instance);
        assertThat(answer.body().at("/metadata/labels/shape").asString()).isEqualTo("small");
    }

    @Test
    @DisplayName("3.1 202 with the same operation for the same request while it runs; nothing is made twice")
    void provisionAgainWhileRunning() {
        var first = put(provisionBody(Map.of("kubernetes_worker_instances", 2)));
        var again = put(provisionBody(Map.of("kubernetes_worker_instances", 2)));
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.text("operation")).isEqualTo(first.text("operation"));
        assertThat(again.text("dashboard_url")).isEqualTo(first.text("dashboard_url"));
        assertThat(director().count(instance, "create deployment")).isEqualTo(1);
    }

    @Test
    @DisplayName("3.1 200 for the same request when it is done, in whatever order its keys are")
    void provisionAgainWhenDone() {
        broker().created(instance);
        var again = put(new TreeMap<>(provisionBody(Map.of())).descendingMap());
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.text("dashboard_url")).isEqualTo("https://dashboard.example/" + instance);
        assertThat(again.body().has("operation")).isFalse();
        assertThat(director().count(instance, "create deployment")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan_id", "organization_guid", "space_guid", "parameters"})
    @DisplayName("3.1 409 for the same id with other attributes, while it runs and when it is done")
    void provisionConflict(String field) {
        var other = provisionBody(Map.of());
        other.put(
                field,
                field.equals("parameters")
                        ? Map.of("kubernetes_worker_instances", 2)
                        : field.equals("plan_id") ? "plan-medium" : "other");
        put(provisionBody(Map.of()));
        refused(put(other), 409, "Conflict");
        broker().finish(instance, "");
        refused(put(other), 409, "Conflict");
        assertThat(director().count(instance, "create deployment")).isEqualTo(1);
    }

    @Test
    @DisplayName("3.1 409 for a creation that failed, until it is deleted")
    void provisionAgainAfterFailure() {
        director().failing(true);
        put(provisionBody(Map.of()));
        assertThat(broker().finish(instance, "").text("state")).isEqualTo("failed");
        director().failing(false);
        refused(put(provisionBody(Map.of())), 409, "Conflict");
        broker().finish(instance, broker().deprovision(instance).text("operation"));
        assertThat(put(provisionBody(Map.of())).status()).isEqualTo(202);
    }

    @Test
    @DisplayName("3.1 422 ConcurrencyError while the instance of this id is deleted")
    void provisionWhileDeleted() {
        broker().created(instance);
        broker().deprovision(instance);
        refused(put(provisionBody(Map.of())), 422, "ConcurrencyError");
    }

    @Test
    @DisplayName("3.1 an id may be used again after its instance was deleted")
    void provisionAfterDeletion() {
        broker().created(instance);
        broker().finish(instance, broker().deprovision(instance).text("operation"));
        assertThat(put(provisionBody(Map.of())).status()).isEqualTo(202);
        assertThat(broker().finish(instance, "").text("description")).isEqualTo("Instance provisioning completed");
    }

    // ---- 3.2 fetch

    @Test
    @DisplayName("3.2 404 for an unknown instance and for one that is still created")
    void fetchUnknown() {
        assertThat(broker().send("GET", path(instance), null).status()).isEqualTo(404);
        put(provisionBody(Map.of()));
        assertThat(broker().send("GET", path(instance), null).status()).isEqualTo(404);
    }

    @Test
    @DisplayName("3.2 200 with ids, dashboard, parameters, maintenance_info and metadata; hints of ids are taken")
    void fetch() {
        put(provisionBody(Map.of("kubernetes_worker_instances", 2)));
        broker().finish(instance, "");
        var answer = broker().send("GET", path(instance) + IDS, null);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("service_id")).isEqualTo("service-1");
        assertThat(answer.text("plan_id")).isEqualTo("plan-small");
        assertThat(answer.text("dashboard_url")).isEqualTo("https://dashboard.example/" + instance);
        assertThat(answer.body().at("/parameters/kubernetes_worker_instances").asInt())
                .isEqualTo(2);
        assertThat(answer.body().at("/maintenance_info/version").asString()).isEqualTo("1.7.0");
        assertThat(answer.body().at("/metadata/labels/shape").asString()).isEqualTo("small");
        assertThat(answer.body().at("/metadata/attributes/master_ips").size()).isEqualTo(1);
    }

    @Test
    @DisplayName("3.2 422 ConcurrencyError while it is updated")
    void fetchWhileUpdated() {
        broker().created(instance);
        broker().update(instance, TestBroker.FIVE);
        refused(broker().send("GET", path(instance), null), 422, "ConcurrencyError");
    }

    // ---- 3.3 update

    @Test
    @DisplayName("3.3 400 without or with an unknown service_id, and with an unknown plan_id")
    void updateUnknown() {
        broker().created(instance);
        var query = path(instance) + "?accepts_incomplete=true";
        for (Map<String, Object> body : List.of(
                Map.<String, Object>of(),
                Map.<String, Object>of("service_id", ""),
                Map.<String, Object>of("service_id", UNKNOWN),
                Map.<String, Object>of("service_id", "service-1", "plan_id", UNKNOWN))) {
            refused(broker().send("PATCH", query, body), 400, "BadRequest");
        }
        assertThat(director().count(instance, "create deployment")).isEqualTo(1);
    }

    @Test
    @DisplayName("3.3 404 for an unknown instance")
    void updateUnknownInstance() {
        refused(broker().update(instance, TestBroker.FIVE), 404, "NotFound");
    }

    @Test
    @DisplayName("3.3 400 for parameters against the schema; nothing is applied")
    void updateAgainstSchema() {
        broker().created(instance);
        refused(
                broker().update(instance, Map.of("parameters", Map.of("kubernetes_worker_instances", "many"))),
                400,
                "params-validation-failed");
        assertThat(broker().send("GET", path(instance), null).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("3.3 422 AsyncRequired unless accepts_incomplete is true")
    void updateAsync() {
        broker().created(instance);
        var body = new HashMap<>(TestBroker.FIVE);
        body.put("service_id", "service-1");
        refused(broker().send("PATCH", path(instance), body), 422, "AsyncRequired");
    }

    @Test
    @DisplayName("3.3 202, then the parameters that were given are in force and the others stay")
    void update() {
        broker().created(instance);
        var answer = broker().update(instance, TestBroker.FIVE);
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.text("operation")).isNotBlank();
        assertThat(broker().finish(instance, answer.text("operation")).text("state"))
                .isEqualTo("succeeded");
        var after = broker().send("GET", path(instance), null);
        assertThat(after.body().at("/parameters/kubernetes_worker_instances").asInt())
                .isEqualTo(5);
        assertThat(after.text("plan_id")).isEqualTo("plan-small");
    }

    @Test
    @DisplayName("3.3 202 with the same operation for the same request while it runs")
    void updateAgain() {
        broker().created(instance);
        var first = broker().update(instance, TestBroker.FIVE);
        var again = broker().update(instance, TestBroker.FIVE);
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.text("operation")).isEqualTo(first.text("operation"));
        assertThat(director().count(instance, "create deployment")).isEqualTo(2);
    }

    @Test
    @DisplayName("3.3 422 ConcurrencyError for another update while one runs, and while it is created")
    void updateWhileUpdated() {
        put(provisionBody(Map.of()));
        refused(broker().update(instance, TestBroker.FIVE), 422, "ConcurrencyError");
        broker().finish(instance, "");
        broker().update(instance, TestBroker.FIVE);
        refused(broker().update(instance, FOUR), 422, "ConcurrencyError");
    }

    @Test
    @DisplayName("3.3 200 for an update that changes nothing")
    void updateWithoutEffect() {
        broker().created(instance);
        assertThat(broker().update(instance, Map.of()).status()).isEqualTo(200);
        broker().finish(instance, broker().update(instance, TestBroker.FIVE).text("operation"));
        var again = broker().update(instance, TestBroker.FIVE);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body().has("operation")).isFalse();
    }

    @Test
    @DisplayName("3.3 200 for an update of the context alone (allow_context_updates)")
    void updateOfContext() {
        broker().created(instance);
        var context = Map.<String, Object>of("context", Map.of("platform", "pks", "instance_name", "renamed"));
        assertThat(broker().update(instance, context).status()).isEqualTo(200);
        assertThat(director().count(instance, "create deployment")).isEqualTo(1);
        director().failing(true);
        var operation = broker().update(instance, TestBroker.FIVE).text("operation");
        assertThat(broker().finish(instance, operation).text("description")).contains("pks cluster renamed");
    }

    @Test
    @DisplayName("3.3 422 MaintenanceInfoConflict for another version than the catalog's")
    void updateMaintenanceInfo() {
        broker().created(instance);
        refused(
                broker().update(instance, Map.of("maintenance_info", Map.of("version", "0.0.1"))),
                422,
                "MaintenanceInfoConflict");
    }

    @Test
    @DisplayName("3.3 200 for an upgrade to the version that it has")
    void upgradeWithoutEffect() {
        broker().created(instance);
        assertThat(broker().update(instance, Map.of("maintenance_info", Map.of("version", "1.7.0")))
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("3.3 instance_usable and update_repeatable tell what may be done after a failed update")
    void updateThatFails() {
        broker().created(instance);
        director().failing(true);
        var failed = broker().finish(
                        instance, broker().update(instance, TestBroker.FIVE).text("operation"));
        assertThat(failed.text("state")).isEqualTo("failed");
        assertThat(failed.body().path("instance_usable").asBoolean()).isTrue();
        assertThat(failed.body().path("update_repeatable").asBoolean()).isTrue();
        assertThat(broker().send("GET", path(instance), null)
                        .body()
                        .at("/parameters/kubernetes_worker_instances")
                        .isMissingNode())
                .isTrue();
    }

    @Test
    @DisplayName("3.3 422 with both flags false for an instance whose creation failed")
    void updateOfAFailedInstance() {
        director().failing(true);
        put(provisionBody(Map.of()));
        broker().finish(instance, "");
        var answer = broker().update(instance, TestBroker.FIVE);
        refused(answer, 422, "InstanceUnusable");
        assertThat(answer.body().path("instance_usable").asBoolean(true)).isFalse();
        assertThat(answer.body().path("update_repeatable").asBoolean(true)).isFalse();
    }

    @Test
    @DisplayName("3.3 previous_values are taken as a hint")
    void previousValues() {
        broker().created(instance);
        var body = new HashMap<>(TestBroker.FIVE);
        body.put(
                "previous_values",
                Map.of(
                        "plan_id",
                        "plan-small",
                        "organization_id",
                        "org",
                        "space_id",
                        "space",
                        "maintenance_info",
                        Map.of("version", "1.7.0")));
        assertThat(broker().update(instance, body).status()).isEqualTo(202);
    }

    // ---- 3.4 deprovision

    @ParameterizedTest
    @ValueSource(
            strings = {"plan_id=plan-small", "service_id=service-1", "service_id=&plan_id=p", "service_id=s&plan_id="})
    @DisplayName("3.4 400 without service_id or plan_id, also when they are empty")
    void deprovisionWithoutIds(String query) {
        refused(broker().send("DELETE", path(instance) + "?accepts_incomplete=true&" + query, null), 400, "BadRequest");
    }

    @Test
    @DisplayName("3.4 422 AsyncRequired unless accepts_incomplete is true; nothing is deleted")
    void deprovisionAsync() {
        broker().created(instance);
        refused(broker().send("DELETE", path(instance) + IDS, null), 422, "AsyncRequired");
        assertThat(broker().send("GET", path(instance), null).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("3.4 410 {} for an unknown instance, and after a deletion")
    void deprovisionUnknown() {
        assertThat(broker().deprovision(instance).status()).isEqualTo(410);
        assertThat(broker().deprovision(instance).raw().body()).isEqualTo("{}");
        broker().created(instance);
        broker().finish(instance, broker().deprovision(instance).text("operation"));
        assertThat(broker().deprovision(instance).status()).isEqualTo(410);
    }

    @Test
    @DisplayName("3.4 202, also for the repetition, with the same operation")
    void deprovisionAgain() {
        broker().created(instance);
        var first = broker().deprovision(instance);
        assertThat(first.status()).isEqualTo(202);
        var again = broker().deprovision(instance);
        assertThat(again.status()).isEqualTo(202);
        assertThat(again.text("operation")).isEqualTo(first.text("operation"));
        assertThat(director().count(instance, "delete deployment")).isEqualTo(1);
    }

    @Test
    @DisplayName("3.4 a deletion while it is created ends the creation; last_operation then tells of the deletion")
    void deprovisionWhileCreated() {
        var creation = put(provisionBody(Map.of())).text("operation");
        director().awaitCreation(instance);
        assertThat(broker().deprovision(instance).status()).isEqualTo(202);
        assertThat(broker().poll(instance, creation).text("description")).startsWith("Instance deletion in progress");
        assertThat(broker().finish(instance, "").text("description")).isEqualTo("Instance deletion completed");
        assertThat(director().count(instance, "run errand")).isZero();
    }

    @Test
    @DisplayName("3.4 a deletion takes bindings that are left with it")
    void deprovisionWithBindings() {
        broker().created(instance);
        bind(bindBody());
        broker().finish(instance, broker().deprovision(instance).text("operation"));
        assertThat(broker().send("DELETE", bindingPath() + IDS, null).status()).isEqualTo(410);
    }

    // ---- 3.5 last operation

    @Test
    @DisplayName("3.5 404 for an unknown instance")
    void lastOperationUnknown() {
        refused(broker().poll(instance, ""), 404, "NotFound");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "provision", "{}", "{\"BoshTaskID\":0}", "[]", "{\"OperationType\":\"dance\"}"})
    @DisplayName("3.5 an absent or unknown operation means the latest; so do absent ids")
    void lastOperationUnknownString(String operation) {
        put(provisionBody(Map.of()));
        assertThat(broker().poll(instance, operation).text("state")).isEqualTo("in progress");
        broker().finish(instance, "");
        assertThat(broker().poll(instance, operation).text("state")).isEqualTo("succeeded");
        assertThat(broker().poll(instance, operation).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("3.5 in progress, then succeeded, each with a description")
    void lastOperation() {
        var operation = put(provisionBody(Map.of())).text("operation");
        assertThat(broker().poll(instance, operation).text("state")).isEqualTo("in progress");
        assertThat(broker().poll(instance, operation).text("description"))
                .startsWith("Instance provisioning in progress");
        var end = broker().finish(instance, operation);
        assertThat(end.text("state")).isEqualTo("succeeded");
        assertThat(end.text("description")).isEqualTo("Instance provisioning completed");
    }

    @Test
    @DisplayName("3.5 failed, with the cause and what to do, for as long as it is asked")
    void lastOperationFailed() {
        director().failing(true);
        var operation = put(provisionBody(Map.of())).text("operation");
        var failed = broker().finish(instance, operation);
        assertThat(failed.text("state")).isEqualTo("failed");
        assertThat(failed.text("description"))
                .startsWith("Instance provisioning failed: There was a problem completing your request.")
                .contains("service: p.pks, service-instance-guid: " + instance + ", broker-request-id: ")
                .contains("operation: create, error-message: ")
                .contains("no capacity left")
                .contains("pks delete-cluster demo");
        assertThat(broker().poll(instance, operation).text("description")).isEqualTo(failed.text("description"));
    }

    @Test
    @DisplayName("3.5 after a plan change the old plan's id is taken")
    void lastOperationWithOldPlan() {
        broker().created(instance);
        var operation =
                broker().update(instance, Map.of("plan_id", "plan-medium")).text("operation");
        broker().finish(instance, operation);
        assertThat(broker().send("GET", path(instance) + "/last_operation" + IDS, null)
                        .text("state"))
                .isEqualTo("succeeded");
        assertThat(broker().send("GET", path(instance), null).text("plan_id")).isEqualTo("plan-medium");
    }

    @Test
    @DisplayName("3.5 after a deletion 200 succeeded, for a while, however often and with whatever operation")
    void lastOperationOfADeletion() {
        broker().created(instance);
        var operation = broker().deprovision(instance).text("operation");
        broker().finish(instance, operation);
        for (var asked : List.of(operation, "", "deprovision", operation)) {
            var answer = broker().poll(instance, asked);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text("state")).isEqualTo("succeeded");
        }
    }

    // ---- 4.1 bind

    @ParameterizedTest
    @ValueSource(strings = {"service_id", "plan_id"})
    @DisplayName("4.1 400 without or with an unknown service_id or plan_id")
    void bindUnknown(String field) {
        broker().created(instance);
        for (var value : new @Nullable String[] {null, "", UNKNOWN}) {
            var body = bindBody();
            body.put(field, value);
            var answer = bind(body);
            refused(answer, 400, "BadRequest");
            assertThat(answer.text("description")).contains(field);
        }
    }

    @Test
    @DisplayName("4.1 400 for another plan than the instance has, 404 for an unknown instance")
    void bindElsewhere() {
        assertThat(bind(bindBody()).status()).isEqualTo(404);
        broker().created(instance);
        var body = bindBody();
        body.put("plan_id", "plan-medium");
        refused(bind(body), 400, "BadRequest");
    }

    @Test
    @DisplayName("4.1 201 with credentials, at once, whether accepts_incomplete is true or not")
    void bindNew() {
        broker().created(instance);
        var answer = broker().send("PUT", bindingPath() + "?accepts_incomplete=true", bindBody());
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body().at("/credentials/token").asString()).isEqualTo("token-of-" + binding);
        assertThat(answer.body().has("operation")).isFalse();
    }

    @Test
    @DisplayName("4.1 200 with the same credentials for the same request")
    void bindAgain() {
        broker().created(instance);
        var first = bind(bindBody());
        var again = bind(bindBody());
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body().path("credentials")).isEqualTo(first.body().path("credentials"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"app_guid", "parameters", "bind_resource"})
    @DisplayName("4.1 409 for the same id with other attributes")
    void bindConflict(String field) {
        broker().created(instance);
        bind(bindBody());
        var other = bindBody();
        other.put(field, field.equals("app_guid") ? "another" : Map.of("app_guid", "another"));
        refused(bind(other), 409, "Conflict");
    }

    @Test
    @DisplayName("4.1 422 ConcurrencyError while the instance is created or deleted")
    void bindWhileBusy() {
        put(provisionBody(Map.of()));
        refused(bind(bindBody()), 422, "ConcurrencyError");
        broker().finish(instance, "");
        broker().deprovision(instance);
        refused(bind(bindBody()), 422, "ConcurrencyError");
    }

    // ---- 4.2 fetch, 4.3 last operation, 4.4 unbind

    @Test
    @DisplayName("4.2 404 for an unknown binding, else 200 with credentials and parameters")
    void fetchBinding() {
        broker().created(instance);
        assertThat(broker().send("GET", bindingPath(), null).status()).isEqualTo(404);
        var body = bindBody();
        body.put("parameters", Map.of("x", 1));
        bind(body);
        var answer = broker().send("GET", bindingPath() + IDS, null);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().at("/credentials/token").asString()).isEqualTo("token-of-" + binding);
        assertThat(answer.body().at("/parameters/x").asInt()).isEqualTo(1);
    }

    @Test
    @DisplayName("4.3 200 succeeded for a binding, whatever the operation; 410 when it is gone; 404 without instance")
    void lastOperationOfABinding() {
        var path = bindingPath() + "/last_operation";
        assertThat(broker().send("GET", path, null).status()).isEqualTo(404);
        broker().created(instance);
        bind(bindBody());
        for (var query : List.of("", "?operation=bind", IDS + "&operation=%7B%7D")) {
            var answer = broker().send("GET", path + query, null);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text("state")).isEqualTo("succeeded");
        }
        broker().send("DELETE", bindingPath() + IDS, null);
        assertThat(broker().send("GET", path, null).status()).isEqualTo(410);
    }

    @Test
    @DisplayName("4.4 400 without service_id or plan_id")
    void unbindWithoutIds() {
        for (var query :
                List.of("", "?service_id=service-1", "?plan_id=plan-small", "?service_id=&plan_id=plan-small")) {
            refused(broker().send("DELETE", bindingPath() + query, null), 400, "BadRequest");
        }
    }

    @Test
    @DisplayName("4.4 200 {}, then 410 {}, and 410 {} for what never was")
    void unbind() {
        assertThat(broker().send("DELETE", bindingPath() + IDS, null).status()).isEqualTo(410);
        broker().created(instance);
        assertThat(broker().send("DELETE", bindingPath() + IDS, null).status()).isEqualTo(410);
        bind(bindBody());
        var answer = broker().send("DELETE", bindingPath() + IDS, null);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.raw().body()).isEqualTo("{}");
        var again = broker().send("DELETE", bindingPath() + IDS, null);
        assertThat(again.status()).isEqualTo(410);
        assertThat(again.raw().body()).isEqualTo("{}");
    }

    // ---- 5 orphans

    @Test
    @DisplayName("5 what a platform deletes without knowing whether it was made: never stored, half made, failed")
    void orphans() {
        assertThat(broker().deprovision(instance).status()).isEqualTo(410);
        assertThat(broker().send("DELETE", bindingPath() + IDS, null).status()).isEqualTo(410);
        put(provisionBody(Map.of()));
        broker().deprovision(instance);
        assertThat(broker().finish(instance, "").text("state")).isEqualTo("succeeded");
        director().failing(true);
        put(provisionBody(Map.of()));
        assertThat(broker().finish(instance, "").text("state")).isEqualTo("failed");
        director().failing(false);
        broker().deprovision(instance);
        assertThat(broker().finish(instance, "").text("state")).isEqualTo("succeeded");
        assertThat(broker().deprovision(instance).status()).isEqualTo(410);
    }

    @Test
    @DisplayName("5 a binding of an instance that can only be deleted can be removed first")
    void orphanedBinding() {
        broker().created(instance);
        bind(bindBody());
        director().failing(true);
        broker().deprovision(instance);
        assertThat(broker().finish(instance, "").text("state")).isEqualTo("failed");
        assertThat(broker().send("DELETE", bindingPath() + IDS, null).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("5 a failed deletion says so, the instance cannot be used, and can be deleted again")
    void failedDeletion() {
        broker().created(instance);
        director().failing(true);
        var failed = broker().finish(instance, broker().deprovision(instance).text("operation"));
        assertThat(failed.text("state")).isEqualTo("failed");
        assertThat(failed.body().path("instance_usable").asBoolean(true)).isFalse();
        refused(bind(bindBody()), 422, "InstanceUnusable");
        director().failing(false);
        assertThat(broker().finish(instance, broker().deprovision(instance).text("operation"))
                        .text("state"))
                .isEqualTo("succeeded");
    }

    // ---- the operation's text

    @Test
    @DisplayName(
            "3.1 the operation is the On-Demand Broker's JSON, with the task that a Director's operator can look up")
    void operationData() {
        var data = OsbJson.MAPPER.readTree(put(provisionBody(Map.of())).text("operation"));
        assertThat(data.path("OperationType").asString()).isEqualTo("create");
        assertThat(data.path("BoshTaskID").asLong())
                .isEqualTo(director().tasks(instance).getFirst().id());
        assertThat(data.path("Errands").path(0).path("Name").asString()).isEqualTo("apply-addons");
    }
}
