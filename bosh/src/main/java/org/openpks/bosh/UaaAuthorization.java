package org.openpks.bosh;

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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;
import tools.jackson.core.JacksonException;

/// Tokens of a UAA client (`client_credentials`), kept until shortly before they expire.
public final class UaaAuthorization implements Authorization {

    private static final Duration MARGIN = Duration.ofSeconds(30);

    private final HttpClient http;
    private final Supplier<URI> uaa;
    private final Authorization client;
    private final InstantSource clock;
    private @Nullable String token;
    private Instant expires = Instant.EPOCH;

    /// @param uaa gives the UAA's address, without a path; asked again for every token, because it may need a server
    ///     that is not up yet
    public UaaAuthorization(
            HttpClient http, Supplier<URI> uaa, String clientId, String clientSecret, InstantSource clock) {
        this.http = http;
        this.uaa = uaa;
        this.client = Authorization.basic(encode(clientId), encode(clientSecret));
        this.clock = clock;
    }

    @Override
    public synchronized String header() {
        var current = token;
        if (current == null || clock.instant().isAfter(expires)) {
            current = fetch();
            token = current;
        }
        return "bearer " + current;
    }

    @Override
    public synchronized boolean renew() {
        boolean had = token != null;
        token = null;
        return had;
    }

    private String fetch() {
        var tokenEndpoint = URI.create(uaa.get().toString().replaceAll("/+$", "") + "/oauth/token");
        var request = HttpRequest.newBuilder(tokenEndpoint)
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", client.header())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                .build();
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == 401 || response.statusCode() == 400) {
                throw new Fault(
                        BoshFault.UNAUTHORISED,
                        "The UAA refused the client's credentials.",
                        "uaa=%s status=%d".formatted(tokenEndpoint, response.statusCode()));
            }
            if (response.statusCode() != 200) {
                throw new Fault(
                        BoshFault.FAILED,
                        "The UAA gave no token.",
                        "uaa=%s status=%d".formatted(tokenEndpoint, response.statusCode()));
            }
            var body = BoshJson.MAPPER.readTree(response.body());
            expires = clock.instant()
                    .plusSeconds(body.path("expires_in").asLong(60))
                    .minus(MARGIN);
            return body.path("access_token").asString();
        } catch (IOException | JacksonException e) {
            throw new Fault(BoshFault.UNREACHABLE, "The UAA does not answer.", "uaa=" + tokenEndpoint, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(BoshFault.UNREACHABLE, "The request to the UAA was interrupted.", "", e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
