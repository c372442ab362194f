package org.openpks.api.access;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;

/// What makes a JWT of UAA an access token for us, and what it says about the caller.
final class AccessToken {

    /// How far the clocks of UAA and of this machine may lie apart.
    private static final Duration SKEW = Duration.ofSeconds(10);

    /// UAA's own limit, which is that of our columns.
    private static final int LONGEST_NAME = 255;

    private static final String AUDIENCE = "pks.clusters";

    private AccessToken() {}

    static OAuth2TokenValidator<Jwt> validator(String issuer, InstantSource clock) {
        var times = new JwtTimestampValidator(SKEW);
        times.setClock(clockOf(clock));
        return new DelegatingOAuth2TokenValidator<>(
                times,
                rule("the token has no expiry", jwt -> jwt.getExpiresAt() != null),
                rule("the token has another issuer", jwt -> issuer.equals(jwt.getClaimAsString(JwtClaimNames.ISS))),
                // UAA marks its refresh tokens by the end of their id; they are signed with the same key.
                rule(
                        "a refresh token is no access token",
                        jwt -> jwt.getId() == null || !jwt.getId().endsWith("-r")),
                rule("the token names nobody", AccessToken::namesSomebody));
    }

    /// The caller. A token that is not for this audience keeps its name and loses its scopes: its bearer is
    /// somebody, and may do nothing here.
    static Caller caller(Jwt jwt) {
        return new Caller(principal(jwt), Role.of(scopes(jwt)));
    }

    static Collection<GrantedAuthority> authorities(Jwt jwt) {
        return Role.of(scopes(jwt)).stream()
                .<GrantedAuthority>map(role -> new SimpleGrantedAuthority(role.name()))
                .toList();
    }

    private static List<String> scopes(Jwt jwt) {
        var scopes = texts(jwt.getClaims().get("scope"));
        var audience = jwt.getAudience();
        boolean forUs = (audience != null && audience.contains(AUDIENCE))
                || scopes.stream().anyMatch(scope -> scope.startsWith(AUDIENCE + "."));
        return forUs ? scopes : List.of();
    }

    private static List<String> texts(@Nullable Object claim) {
        return switch (claim) {
            case Collection<?> values -> values.stream().map(String::valueOf).toList();
            case String text -> List.of(text.trim().split("\\s+"));
            case null, default -> List.of();
        };
    }

    private static boolean namesSomebody(Jwt jwt) {
        var name = principal(jwt).name();
        return !name.isBlank() && name.length() <= LONGEST_NAME;
    }

    private static Principal principal(Jwt jwt) {
        var user = jwt.getClaims().get("user_name") instanceof String name ? name : "";
        if (!user.isBlank()) {
            return new Principal(Principal.Kind.USER, user);
        }
        var client = jwt.getClaims().get("client_id") instanceof String id ? id : "";
        return new Principal(Principal.Kind.CLIENT, client);
    }

    private static OAuth2TokenValidator<Jwt> rule(String refusal, Predicate<Jwt> holds) {
        var failure = OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_token", refusal, null));
        return jwt -> holds.test(jwt) ? OAuth2TokenValidatorResult.success() : failure;
    }

    private static Clock clockOf(InstantSource source) {
        return source.withZone(ZoneOffset.UTC);
    }
}
