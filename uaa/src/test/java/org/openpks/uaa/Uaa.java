package org.openpks.uaa;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.openpks.component.RunningComponent;
import org.openpks.database.TestDatabase;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real UAA over a schema of its own, and a way to talk to it as clients do.
final class Uaa implements AutoCloseable {

    static final String ISSUER = "https://localhost:8443/oauth/token";
    static final String ADMIN_PASSWORD = "correct horse";
    static final String ADMIN_SECRET = "battery staple";

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final RunningComponent component;

    private Uaa(RunningComponent component) {
        this.component = component;
    }

    static Uaa start(Map<String, ?> more) {
        return over(TestDatabase.settings("uaa"), more);
    }

    /// A further process over the same data, for example.
    static Uaa over(Map<String, ?> database, Map<String, ?> more) {
        var settings = new HashMap<String, Object>(database);
        settings.putAll(Map.of(
                "server.port",
                0,
                "openpks.uaa.url",
                "https://localhost:8443",
                "openpks.uaa.encryption-key",
                Base64.getEncoder().encodeToString(new byte[32]),
                "openpks.uaa.admin-user",
                "admin",
                "openpks.uaa.admin-password",
                ADMIN_PASSWORD,
                "openpks.uaa.admin-client-secret",
                ADMIN_SECRET));
        settings.putAll(more);
        return new Uaa(RunningComponent.start("uaa", UaaApplication.class, settings));
    }

    record Answer(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        String body() {
            return response.body();
        }

        JsonNode json() {
            return MAPPER.readTree(body());
        }

        /// The JSON as maps, lists, numbers and strings, for comparing whole answers.
        Object values() {
            return MAPPER.readValue(body(), Object.class);
        }

        /// A JSON object as a map.
        Map<String, Object> fields() {
            return MAPPER.readValue(body(), new TypeReference<Map<String, Object>>() {});
        }

        String text(String field) {
            return json().path(field).asString("");
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        Answer expect(int status) {
            assertThat(status()).as(body()).isEqualTo(status);
            return this;
        }

        Answer error(int status, String error) {
            expect(status);
            assertThat(text("error")).as(body()).isEqualTo(error);
            assertThat(text("error_description")).isNotEmpty();
            assertThat(header("Content-Type")).startsWith("application/json");
            return this;
        }

        Answer error(int status, String error, String description) {
            error(status, error);
            assertThat(text("error_description")).isEqualTo(description);
            return this;
        }
    }

    URI uri(String path) {
        return URI.create("http://localhost:" + component.port() + path);
    }

    <T> T bean(Class<T> type) {
        return component.bean(type);
    }

    Answer send(HttpRequest.Builder request) {
        try {
            return new Answer(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).header("Accept", "application/json");
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer get(String path, String token) {
        return send(authorized(path, token).GET());
    }

    Answer delete(String path, String token) {
        return send(authorized(path, token).DELETE());
    }

    Answer post(String path, String token, String json) {
        return send(json(authorized(path, token)).POST(BodyPublishers.ofString(json)));
    }

    Answer put(String path, String token, String json, String... headers) {
        var request = json(authorized(path, token)).PUT(BodyPublishers.ofString(json));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    Answer patch(String path, String token, String json, String... headers) {
        var request = json(authorized(path, token)).method("PATCH", BodyPublishers.ofString(json));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpRequest.Builder authorized(String path, String token) {
        return request(path).header("Authorization", "bearer " + token);
    }

    private static HttpRequest.Builder json(HttpRequest.Builder request) {
        return request.header("Content-Type", "application/json;charset=utf-8");
    }

    /// Posts a form.
    /// @param authorization the header; empty = none
    Answer form(String path, String authorization, Map<String, String> fields) {
        var body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
        var request = request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body));
        return send(authorization.isEmpty() ? request : request.header("Authorization", authorization));
    }

    Answer token(String authorization, Map<String, String> fields) {
        return form("/oauth/token", authorization, fields);
    }

    Answer password(String client, String user, String password) {
        return token(basic(client, ""), Map.of("grant_type", "password", "username", user, "password", password));
    }

    String clientToken(String id, String secret) {
        return token(basic(id, secret), Map.of("grant_type", "client_credentials"))
                .expect(200)
                .text("access_token");
    }

    String adminToken() {
        return clientToken("admin", ADMIN_SECRET);
    }

    /// A new client that may have tokens with these authorities, and such a token.
    String tokenWith(String... authorities) {
        var id = "client-" + UUID.randomUUID();
        post(
                        "/oauth/clients",
                        adminToken(),
                        MAPPER.writeValueAsString(Map.of(
                                "client_id",
                                id,
                                "client_secret",
                                "secret",
                                "authorized_grant_types",
                                new String[] {"client_credentials"},
                                "authorities",
                                authorities)))
                .expect(201);
        return clientToken(id, "secret");
    }

    static String basic(String id, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        component.close();
    }
}
