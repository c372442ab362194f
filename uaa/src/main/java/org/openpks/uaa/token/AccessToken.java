package org.openpks.uaa.token;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.openpks.uaa.access.Caller;

/// An access token of ours that is good: what it says.
/// @param claims in the types of JSON
public record AccessToken(Map<String, Object> claims) {

    static AccessToken of(JWTClaimsSet claims) {
        return new AccessToken(claims.toJSONObject());
    }

    public Set<String> scopes() {
        var scopes = new TreeSet<String>();
        if (claims.get("scope") instanceof List<?> list) {
            list.forEach(scope -> scopes.add(String.valueOf(scope)));
        }
        return scopes;
    }

    public String clientId() {
        return text("client_id").orElse("");
    }

    public Optional<String> userId() {
        return text("user_id");
    }

    Caller caller() {
        return new Caller(clientId(), userId(), text("user_name").orElse(""), scopes());
    }

    private Optional<String> text(String claim) {
        return Optional.ofNullable(claims.get(claim)).map(String::valueOf);
    }
}
