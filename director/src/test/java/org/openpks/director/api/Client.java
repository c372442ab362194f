package org.openpks.director.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Sends requests as the bosh command line does: no redirects followed, basic authentication at once.
final class Client {

    static final JsonMapper JSON = JsonMapper.builder().build();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;
    private final String authorization;

    Client(int port, String user, String password) {
        this(
                port,
                user.isEmpty()
                        ? ""
                        : "Basic "
                                + Base64.getEncoder()
                                        .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }

    private Client(int port, String authorization) {
        this.base = "http://127.0.0.1:" + port;
        this.authorization = authorization;
    }

    /// With a UAA's token; none when it is empty.
    static Client bearing(int port, String token) {
        return new Client(port, token.isEmpty() ? "" : "bearer " + token);
    }

    HttpResponse<String> send(String method, String path, BodyPublisher body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body);
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    HttpResponse<String> delete(String path) {
        return send("DELETE", path, BodyPublishers.noBody());
    }

    HttpResponse<String> yaml(String path, String body, String... headers) {
        var all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = "text/yaml";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return send("POST", path, BodyPublishers.ofString(body), all);
    }

    HttpResponse<String> json(String method, String path, Object body) {
        var text = body instanceof String given ? given : JSON.writeValueAsString(body);
        return send(method, path, BodyPublishers.ofString(text), "Content-Type", "application/json");
    }

    JsonNode json(String path) {
        return JSON.readTree(get(path).body());
    }

    /// The id of the task that an answer leads to.
    static long taskOf(HttpResponse<String> response) {
        if (response.statusCode() != 302) {
            throw new AssertionError("no task: " + response.statusCode() + " " + response.body());
        }
        return Long.parseLong(
                response.headers().firstValue("Location").orElseThrow().replaceFirst("/tasks/", ""));
    }

    /// Waits until the task has ended.
    JsonNode ended(long task) {
        return until(task, Map.of("done", true, "error", true, "cancelled", true));
    }

    JsonNode until(long task, Map<String, Boolean> states) {
        var deadline = Instant.now().plusSeconds(60);
        while (true) {
            var state = json("/tasks/" + task);
            if (states.containsKey(state.path("state").asString(""))) {
                return state;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("task " + task + " is still " + state);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }
}
