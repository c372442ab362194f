package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openpks.component.RunningComponent;
import org.openpks.database.TestDatabase;
import org.openpks.osb.OsbJson;
import tools.jackson.databind.JsonNode;

/// The API between a token server, a broker and a database, with everything a test does to it over HTTP.
final class TestApi implements AutoCloseable {

    /// In characters; lists of hundreds say nothing more than those of ten.
    private static final int LARGEST_CHECKED = 50_000;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final TestUaa uaa;
    final FakeBroker broker;
    final Map<String, Object> database;
    private RunningComponent running;
    private final Map<String, Object> extra;
    private String token;

    TestApi() {
        this(Map.of());
    }

    TestApi(Map<String, Object> extra) {
        this.uaa = new TestUaa();
        this.broker = new FakeBroker();
        this.database = TestDatabase.settings("api");
        this.extra = extra;
        this.running = launch();
        this.token = uaa.token("admin", "pks.clusters.admin");
    }

    record Answer(int status, String text, java.net.http.HttpHeaders headers) {
        JsonNode json() {
            return OsbJson.MAPPER.readTree(text);
        }

        String sentence() {
            return json().path("body").asString("");
        }
    }

    /// A process of the API over the same database, beside the others.
    RunningComponent launch() {
        return RunningComponent.start("api", ApiApplication.class, settings());
    }

    /// What every process of this API is started with.
    Map<String, Object> settings() {
        var settings = new HashMap<String, Object>(database);
        settings.put("server.port", 0);
        settings.put("server.address", "127.0.0.1");
        settings.put("openpks.api.uaa.url", uaa.url().toString());
        settings.put("openpks.api.uaa.ca-file", uaa.caFile().toString());
        settings.put("openpks.api.broker.url", broker.url().toString());
        settings.put("openpks.api.broker.user", "broker");
        settings.put("openpks.api.broker.password", "secret");
        settings.put("openpks.api.broker.service-id", FakeBroker.SERVICE);
        settings.put("openpks.api.encryption-key", Base64.getEncoder().encodeToString(new byte[32]));
        settings.put("openpks.api.poll-interval", "20ms");
        settings.put("openpks.api.lease", "1s");
        settings.put("openpks.api.plans-max-age", "0ms");
        settings.put("openpks.api.upgrade-watch", "100ms");
        settings.put("openpks.api.pks-version", "1.7.0-build.1");
        settings.put("openpks.api.k8s-version", "1.37.2");
        settings.putAll(extra);
        return settings;
    }

    void stop() {
        running.close();
    }

    void start() {
        running = launch();
    }

    RunningComponent running() {
        return running;
    }

    /// Whose token the next requests carry.
    TestApi as(String next) {
        token = next;
        return this;
    }

    TestApi asAdmin() {
        return as(uaa.token("admin", "pks.clusters.admin"));
    }

    Answer get(String path) {
        return send("GET", path, null, null);
    }

    Answer delete(String path) {
        return send("DELETE", path, null, null);
    }

    Answer post(String path, @Nullable String body) {
        return send("POST", path, body, body == null ? null : "application/json");
    }

    Answer put(String path) {
        return send("PUT", path, null, null);
    }

    Answer patch(String path, String body) {
        return send("PATCH", path, body, "application/json");
    }

    /// Asks another process.
    Answer get(RunningComponent process, String path) {
        return send(process.port(), "GET", path, null, null);
    }

    Answer postTo(int port, String path, String body) {
        return send(port, "POST", path, body, "application/json");
    }

    Answer sendTo(int port, String method, String path, String body) {
        return send(port, method, path, body, "application/json");
    }

    Answer send(String method, String path, @Nullable String body, @Nullable String contentType) {
        return send(running.port(), method, path, body, contentType);
    }

    Answer send(int port, String method, String path, @Nullable String body, @Nullable String contentType) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        try {
            var response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            var answer = new Answer(response.statusCode(), response.body(), response.headers());
            OpenApi.CURRENT
                    .operation(method, path)
                    .ifPresent(operation -> assertDescribed(operation, method + " " + path, body, answer));
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Every answer is as the API's description says, and so is every request that was accepted.
    private static void assertDescribed(JsonNode operation, String request, @Nullable String body, Answer answer) {
        if (answer.text().length() <= LARGEST_CHECKED) {
            assertThat(OpenApi.CURRENT.mistakes(operation, answer.status(), answer.text()))
                    .as("openapi.json, the answer to %s: %d %s", request, answer.status(), answer.text())
                    .isEmpty();
        }
        if (answer.status() < 300 && body != null) {
            assertThat(OpenApi.CURRENT.mistakesOfRequest(operation, body))
                    .as("openapi.json, the request %s: %s", request, body)
                    .isEmpty();
        }
    }

    Answer create(String name) {
        return post("/v1/clusters", order(name, name + ".example.com", "small"));
    }

    static String order(String name, String host, String plan) {
        var parameters = new LinkedHashMap<String, Object>();
        parameters.put("kubernetes_master_host", host);
        return OsbJson.MAPPER.writeValueAsString(Map.of("name", name, "plan_name", plan, "parameters", parameters));
    }

    String state(String name) {
        var answer = get("/v1/clusters/" + name);
        return answer.status() == 404
                ? "gone"
                : answer.json().path("last_action").asString() + " "
                        + answer.json().path("last_action_state").asString();
    }

    void awaitState(String name, String wanted) {
        await(
                () -> state(name).equals(wanted),
                () -> name + " is " + get("/v1/clusters/" + name).text() + ", not " + wanted);
    }

    static void await(BooleanSupplier condition, Supplier<String> otherwise) {
        var deadline = Instant.now().plusSeconds(120);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError(otherwise.get());
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    @Override
    public void close() {
        running.close();
        broker.close();
        uaa.close();
    }
}
