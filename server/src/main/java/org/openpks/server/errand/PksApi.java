package org.openpks.server.errand;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The PKS API as its administrator, logged in as a client of UAA.
public final class PksApi implements Clusters {

    private static final JsonMapper JSON = new JsonMapper();
    /// Shorter than a token lives.
    private static final Duration TOKEN_USE = Duration.ofMinutes(5);

    private final HttpClient http;
    private final Login login;
    private final URI api;
    private final Duration timeout;
    private final InstantSource clock;
    private @Nullable Token token;

    /// A client of UAA with the authority `pks.clusters.admin`.
    public record Login(URI uaa, String client, String secret) {
        @Override
        public String toString() {
            return "Login[client=%s]".formatted(client);
        }
    }

    private record Token(String value, Instant until) {}

    /// @param timeout of one request
    public PksApi(HttpClient http, Login login, URI api, Duration timeout, InstantSource clock) {
        this.http = http;
        this.login = login;
        this.api = api;
        this.timeout = timeout;
        this.clock = clock;
    }

    /// Names by UUID.
    public Map<String, String> names() {
        var names = new LinkedHashMap<String, String>();
        json(call("GET", "/v1/clusters"), 200)
                .forEach(cluster -> names.put(
                        cluster.path("uuid").asString(), cluster.path("name").asString()));
        return names;
    }

    @Override
    public List<String> list() {
        return List.copyOf(names().values());
    }

    @Override
    public Optional<State> find(String name) {
        var answer = call("GET", path(name));
        if (answer.statusCode() == 404) {
            return Optional.empty();
        }
        var cluster = json(answer, 200);
        return Optional.of(new State(
                cluster.path("last_action").asString(""),
                cluster.path("last_action_state").asString(""),
                cluster.path("last_action_description").asString("")));
    }

    @Override
    public Optional<String> delete(String name) {
        var answer = call("DELETE", path(name));
        return switch (answer.statusCode()) {
            case 200, 202, 204, 404 -> Optional.empty();
            default -> Optional.of(sentence(answer));
        };
    }

    private static String path(String name) {
        return "/v1/clusters/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpResponse<String> call(String method, String path) {
        return send(
                HttpRequest.newBuilder(api.resolve(path))
                        .header("Authorization", "Bearer " + token())
                        .method(method, HttpRequest.BodyPublishers.noBody()),
                "The PKS API");
    }

    private synchronized String token() {
        var known = token;
        if (known == null || clock.instant().isAfter(known.until())) {
            var form = "grant_type=client_credentials&response_type=token&client_id=%s&client_secret=%s"
                    .formatted(encode(login.client()), encode(login.secret()));
            var answer = send(
                    HttpRequest.newBuilder(login.uaa().resolve("/oauth/token"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .header("Accept", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(form)),
                    "UAA");
            if (answer.statusCode() != 200) {
                throw new Fault(
                        ErrandFault.CONTROL_PLANE,
                        "UAA refused to log the client %s in, with status %d."
                                .formatted(login.client(), answer.statusCode()));
            }
            known = new Token(
                    json(answer, 200).path("access_token").asString(),
                    clock.instant().plus(TOKEN_USE));
            token = known;
        }
        return known.value();
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String whom) {
        try {
            return http.send(request.timeout(timeout).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new Fault(
                    ErrandFault.CONTROL_PLANE,
                    "%s does not answer. 'bin/pks-server status' tells whether the control plane is up."
                            .formatted(whom),
                    String.valueOf(e.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(ErrandFault.CONTROL_PLANE, "The errand was interrupted.", "", e);
        }
    }

    private static JsonNode json(HttpResponse<String> answer, int status) {
        if (answer.statusCode() == status) {
            try {
                return JSON.readTree(answer.body());
            } catch (JacksonException e) {
                // Said below; the body may hold a token.
            }
        }
        throw new Fault(ErrandFault.CONTROL_PLANE, "The PKS API gives an unexpected answer: " + sentence(answer));
    }

    private static String sentence(HttpResponse<String> answer) {
        try {
            var said = JSON.readTree(answer.body()).path("body").asString("");
            if (!said.isBlank()) {
                return said;
            }
        } catch (JacksonException e) {
            // The status says it.
        }
        return "status " + answer.statusCode();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
