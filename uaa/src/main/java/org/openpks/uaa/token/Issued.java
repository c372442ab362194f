package org.openpks.uaa.token;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/// A grant's success: the tokens, in the fields of UAA's API documentation.
/// @param expiresIn whole seconds that the access token has left
public record Issued(
        String accessToken,
        Optional<String> idToken,
        Optional<String> refreshToken,
        Instant issuedAt,
        long expiresIn,
        SortedSet<String> scopes,
        String jti) {

    /// `token_type` is lower case: clients send back what they get.
    public Map<String, Object> body() {
        var body = new LinkedHashMap<String, Object>();
        body.put("access_token", accessToken);
        body.put("token_type", "bearer");
        idToken.ifPresent(token -> body.put("id_token", token));
        refreshToken.ifPresent(token -> body.put("refresh_token", token));
        body.put("expires_in", expiresIn);
        body.put("scope", String.join(" ", scopes));
        body.put("jti", jti);
        return body;
    }

    @Override
    public String toString() {
        return "Issued[" + jti + "]";
    }
}
