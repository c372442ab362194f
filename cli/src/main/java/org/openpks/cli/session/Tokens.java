package org.openpks.cli.session;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.openpks.cli.json.Json;
import org.openpks.cli.json.MalformedJson;

/// What the UAA gave.
/// @param access bearer token for the API
/// @param refresh token for the next access token; clients that log in by secret get none
public record Tokens(String access, Optional<String> refresh) {

    /// When the access token ends, as far as it can be read: tokens are opaque to us in principle.
    public Optional<Instant> accessEnds() {
        return ends(access);
    }

    /// When a token ends, as far as it can be read.
    public static Optional<Instant> ends(String token) {
        long seconds = claims(token).number("exp", -1);
        return seconds < 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds));
    }

    /// The scopes of the access token, as far as they can be read.
    public List<String> scopes() {
        return claims(access).at("scope").items().stream().map(Json::text).toList();
    }

    /// The user that the access token names, as far as it can be read.
    public Optional<String> userName() {
        return userName(access);
    }

    /// The user that a token names, as far as it can be read.
    public static Optional<String> userName(String token) {
        return Optional.of(claims(token).text("user_name")).filter(name -> !name.isEmpty());
    }

    private static Json claims(String token) {
        var parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Json.NULL;
        }
        try {
            return Json.parse(Base64.getUrlDecoder().decode(parts[1].getBytes(StandardCharsets.US_ASCII)));
        } catch (IllegalArgumentException | MalformedJson e) {
            return Json.NULL;
        }
    }

    /// SHA-256, in hexadecimal.
    static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Tokens[...]";
    }
}
