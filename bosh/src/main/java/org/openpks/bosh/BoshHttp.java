package org.openpks.bosh;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.openpks.kernel.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/// What the two clients share: credentials, retries of what may be retried, and answers turned into faults.
final class BoshHttp {

    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 4;
    private static final Duration PAUSE = Duration.ofMillis(150);
    private static final Set<Integer> PASSING = Set.of(502, 503, 504);

    private final HttpClient http;
    private final String base;
    private final String name;
    private final Authorization authorization;
    private final Duration patience;

    /// @param patience how long one answer may take
    BoshHttp(String name, HttpClient http, URI base, Authorization authorization, Duration patience) {
        this.patience = patience;
        this.name = name;
        this.http = http;
        this.base = base.toString().replaceAll("/+$", "");
        this.authorization = authorization;
    }

    String base() {
        return base;
    }

    /// Sends a request that changes nothing, or that may be repeated without harm, up to four times. A server that
    /// takes too long gets no further request.
    HttpResponse<String> repeatable(String path, UnaryOperator<HttpRequest.Builder> what) {
        for (int attempt = 1; ; attempt++) {
            try {
                var response = once(path, patience, what);
                if (!PASSING.contains(response.statusCode()) || attempt == ATTEMPTS) {
                    return response;
                }
            } catch (Fault e) {
                if (e.code() != BoshFault.UNREACHABLE
                        || attempt == ATTEMPTS
                        || e.getCause() instanceof HttpTimeoutException
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
            pause(PAUSE.multipliedBy(attempt));
        }
    }

    /// Sends a request exactly once; only a 401 with a renewable token is answered by a second attempt, because the
    /// first one had no effect.
    HttpResponse<String> once(String path, Duration timeout, UnaryOperator<HttpRequest.Builder> what) {
        var response = send(path, timeout, what);
        if (response.statusCode() == 401 && authorization.renew()) {
            return send(path, timeout, what);
        }
        return response;
    }

    HttpResponse<String> once(String path, UnaryOperator<HttpRequest.Builder> what) {
        return once(path, patience, what);
    }

    private HttpResponse<String> send(String path, Duration timeout, UnaryOperator<HttpRequest.Builder> what) {
        var builder = HttpRequest.newBuilder(URI.create(base + path)).timeout(timeout);
        var credentials = authorization.header();
        if (!credentials.isEmpty()) {
            builder.header("Authorization", credentials);
        }
        var request = what.apply(builder).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new Fault(
                    BoshFault.UNREACHABLE,
                    "The %s at %s does not answer%s."
                            .formatted(
                                    name,
                                    base,
                                    e instanceof HttpTimeoutException
                                            ? " within %ds".formatted(timeout.toSeconds())
                                            : ""),
                    "request=%s %s cause=%s".formatted(request.method(), path, e),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(BoshFault.UNREACHABLE, "The request to the %s was interrupted.".formatted(name), path, e);
        }
    }

    HttpResponse<String> expect(HttpResponse<String> response, int... statuses) {
        for (int status : statuses) {
            if (response.statusCode() == status) {
                return response;
            }
        }
        throw fault(response);
    }

    Fault fault(HttpResponse<String> response) {
        int status = response.statusCode();
        var request = "request=%s %s status=%d"
                .formatted(response.request().method(), response.request().uri().getPath(), status);
        if (status == 401 || status == 403) {
            return new Fault(
                    BoshFault.UNAUTHORISED, "The %s at %s refuses our credentials.".formatted(name, base), request);
        }
        int code = 0;
        var description = "";
        try {
            var body = BoshJson.MAPPER.readTree(response.body());
            code = body.path("code").asInt(0);
            description = body.path("description").asString(body.path("error").asString(""));
        } catch (JacksonException e) {
            description = response.body().lines().findFirst().orElse("");
        }
        var message = description.isBlank()
                ? "The %s answered with status %d.".formatted(name, status)
                : "The %s answered: %s".formatted(name, description.strip());
        var detail = request + " code=" + code;
        if (status == 404) {
            return new Fault(BoshFault.MISSING, message, detail);
        }
        if (status == 412) {
            return new Fault(BoshFault.STALE, message, detail);
        }
        return new Fault(status >= 500 || status < 400 ? BoshFault.FAILED : BoshFault.REFUSED, message, detail);
    }

    <T> T read(HttpResponse<String> response, TypeReference<T> type) {
        try {
            return BoshJson.MAPPER.readValue(response.body(), type);
        } catch (JacksonException e) {
            throw unreadable(response);
        }
    }

    JsonNode tree(HttpResponse<String> response) {
        try {
            return BoshJson.MAPPER.readTree(response.body());
        } catch (JacksonException e) {
            throw unreadable(response);
        }
    }

    /// Bodies may hold secrets, so neither they nor the parser's excerpt of them are kept.
    Fault unreadable(HttpResponse<String> response) {
        return new Fault(
                BoshFault.FAILED,
                "The %s gave an answer that cannot be read.".formatted(name),
                "request=%s %s status=%d"
                        .formatted(
                                response.request().method(),
                                response.request().uri().getPath(),
                                response.statusCode()));
    }

    static Optional<String> json(Object value) {
        return Optional.of(BoshJson.MAPPER.writeValueAsString(value));
    }

    static String query(Map<String, String> values) {
        var text = new StringBuilder();
        values.forEach((key, value) ->
                text.append(text.isEmpty() ? '?' : '&').append(key).append('=').append(encode(value)));
        return text.toString();
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(BoshFault.UNREACHABLE, "The request to the %s was interrupted.".formatted(name), "", e);
        }
    }
}
