package org.openpks.component.token;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/// What makes a JWT an access token of one UAA, and what it says about its bearer. What the bearer may do is for the
/// part to say.
public final class AccessTokens {

    /// How far the clocks of UAA and of this machine may lie apart.
    private static final Duration SKEW = Duration.ofSeconds(10);

    /// UAA's own limit, which is that of our columns.
    private static final int LONGEST_NAME = 255;

    private AccessTokens() {}

    /// Checks signature, time, issuer and kind of a token.
    /// @param issuer the `iss` of UAA's tokens
    public static JwtDecoder decoder(TokenKeys keys, String issuer, InstantSource clock) {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        // Only this algorithm: neither unsigned tokens nor those signed with a public key as if it were a shared
        // secret.
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.RS256, keys));
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        var decoder = new NimbusJwtDecoder(processor);
        decoder.setJwtValidator(validator(issuer, clock));
        return decoder;
    }

    public static OAuth2TokenValidator<Jwt> validator(String issuer, InstantSource clock) {
        var times = new JwtTimestampValidator(SKEW);
        times.setClock(clock.withZone(ZoneOffset.UTC));
        return new DelegatingOAuth2TokenValidator<>(
                times,
                rule("the token has no expiry", jwt -> jwt.getExpiresAt() != null),
                rule("the token has another issuer", jwt -> issuer.equals(jwt.getClaimAsString(JwtClaimNames.ISS))),
                // UAA marks its refresh tokens by the end of their id; they are signed with the same key.
                rule(
                        "a refresh token is no access token",
                        jwt -> jwt.getId() == null || !jwt.getId().endsWith("-r")),
                rule("the token names nobody", AccessTokens::namesSomebody));
    }

    /// The scopes, or a client's authorities: UAA writes both into `scope`, as a list or as one text.
    public static List<String> scopes(Jwt jwt) {
        return switch (jwt.getClaims().get("scope")) {
            case Collection<?> values -> values.stream().map(String::valueOf).toList();
            case String text -> List.of(text.trim().split("\\s+"));
            case null, default -> List.of();
        };
    }

    /// The user's name; empty for a token of a client that acts for itself.
    public static String user(Jwt jwt) {
        return text(jwt.getClaims().get("user_name"));
    }

    public static String client(Jwt jwt) {
        return text(jwt.getClaims().get("client_id"));
    }

    private static String text(@Nullable Object claim) {
        return claim instanceof String text ? text : "";
    }

    private static boolean namesSomebody(Jwt jwt) {
        var name = user(jwt).isBlank() ? client(jwt) : user(jwt);
        return !name.isBlank() && name.length() <= LONGEST_NAME;
    }

    private static OAuth2TokenValidator<Jwt> rule(String refusal, Predicate<Jwt> holds) {
        var failure = OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_token", refusal, null));
        return jwt -> holds.test(jwt) ? OAuth2TokenValidatorResult.success() : failure;
    }
}
