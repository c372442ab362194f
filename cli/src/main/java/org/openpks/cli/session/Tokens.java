package org.openpks.cli.session;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.openpks.cli.json.Json;
import org.openpks.cli.json.MalformedJson;

/// What the UAA gave.
/// @param access bearer token for the API
/// @param refresh token for the next access token; clients that log in by secret get none
public record Tokens(String access, Optional<String> refresh) {

    /// When the access token ends, as far as it can be read: tokens are opaque to us in principle.
    Optional<Instant> accessEnds() {
        var parts = access.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            long seconds = Json.parse(Base64.getUrlDecoder().decode(parts[1].getBytes(StandardCharsets.US_ASCII)))
                    .number("exp", -1);
            return seconds < 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds));
        } catch (IllegalArgumentException | MalformedJson e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "Tokens[...]";
    }
}
