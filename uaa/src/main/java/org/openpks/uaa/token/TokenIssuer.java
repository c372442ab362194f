package org.openpks.uaa.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.client.Client;
import org.openpks.uaa.key.SigningKeys;
import org.openpks.uaa.user.User;
import org.springframework.stereotype.Component;

/// Builds and signs tokens with UAA's claims (UAA API documentation, token).
@Component
class TokenIssuer {

    private static final int DEFAULT_ACCESS_SECONDS = 43_200;
    private static final int DEFAULT_REFRESH_SECONDS = 2_592_000;

    private final UaaSettings settings;
    private final SigningKeys keys;
    private final RefreshTokens refreshTokens;
    private final InstantSource clock;

    TokenIssuer(UaaSettings settings, SigningKeys keys, RefreshTokens refreshTokens, InstantSource clock) {
        this.settings = settings;
        this.keys = keys;
        this.refreshTokens = refreshTokens;
        this.clock = clock;
    }

    /// A token for the client itself: never with a refresh token.
    Issued forClient(Client client, SortedSet<String> scopes) {
        var now = clock.instant();
        var jti = jti();
        int seconds = client.accessTokenValidity().orElse(DEFAULT_ACCESS_SECONDS);
        var claims = common(client, scopes, jti, now, seconds, "client_credentials")
                .subject(client.id())
                .claim("authorities", client.authorities())
                .claim("rev_sig", revocationSignature(client, Optional.empty()))
                .build();
        return new Issued(sign(claims), Optional.empty(), Optional.empty(), now, seconds, scopes, jti);
    }

    /// Tokens for a user who just gave a password.
    Issued forUser(Client client, User user, SortedSet<String> scopes, String grantType) {
        var now = clock.instant();
        Optional<String> refreshToken = client.grantTypes().contains("refresh_token")
                ? Optional.of(refreshTokens.issue(new RefreshTokens.Stored(
                        user.id(),
                        client.id(),
                        List.copyOf(scopes),
                        revocationSignature(client, Optional.of(user)),
                        now,
                        refreshTokens.expiry(client.refreshTokenValidity().orElse(DEFAULT_REFRESH_SECONDS)))))
                : Optional.empty();
        return forUser(client, user, scopes, grantType, now, refreshToken);
    }

    /// Tokens for a user whose refresh token was shown; that token stays valid and is returned again.
    Issued refreshed(Client client, User user, SortedSet<String> scopes, Instant authTime, String refreshToken) {
        return forUser(client, user, scopes, "refresh_token", authTime, Optional.of(refreshToken));
    }

    /// Changes when the client's or the user's salt, secret, password, name or address changes: outstanding tokens
    /// end then.
    String revocationSignature(Client client, Optional<User> user) {
        var parts = new ArrayList<String>();
        parts.add(client.id());
        parts.add(client.secretHash());
        parts.add(client.tokenSalt());
        user.ifPresent(given ->
                parts.addAll(List.of(given.id(), given.passwordHash(), given.salt(), given.email(), given.userName())));
        return RefreshTokens.hash(String.join("\u0000", parts)).substring(0, 16);
    }

    private Issued forUser(
            Client client,
            User user,
            SortedSet<String> scopes,
            String grantType,
            Instant authTime,
            Optional<String> refreshToken) {
        var now = clock.instant();
        var jti = jti();
        int seconds = client.accessTokenValidity().orElse(DEFAULT_ACCESS_SECONDS);
        var signature = revocationSignature(client, Optional.of(user));
        var claims = userClaims(common(client, scopes, jti, now, seconds, grantType), user, authTime, signature)
                .build();
        Optional<String> idToken = scopes.contains("openid")
                ? Optional.of(sign(idToken(client, user, jti, now, seconds, authTime, grantType, signature)))
                : Optional.empty();
        return new Issued(sign(claims), idToken, refreshToken, now, seconds, scopes, jti);
    }

    private JWTClaimsSet idToken(
            Client client,
            User user,
            String jti,
            Instant now,
            int seconds,
            Instant authTime,
            String grantType,
            String signature) {
        var builder = new JWTClaimsSet.Builder()
                .jwtID(jti)
                .issuer(settings.issuer())
                .audience(List.of(client.id()))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(seconds)))
                .claim("amr", List.of("pwd"))
                .claim("azp", client.id())
                .claim("cid", client.id())
                .claim("email_verified", user.verified())
                .claim("grant_type", grantType)
                .claim("zid", "uaa");
        return userClaims(builder, user, authTime, signature).build();
    }

    private static JWTClaimsSet.Builder userClaims(
            JWTClaimsSet.Builder builder, User user, Instant authTime, String signature) {
        return builder.subject(user.id())
                .claim("user_id", user.id())
                .claim("user_name", user.userName())
                .claim("email", user.email())
                .claim("origin", user.origin())
                .claim("auth_time", authTime.getEpochSecond())
                .claim("rev_sig", signature);
    }

    private JWTClaimsSet.Builder common(
            Client client, SortedSet<String> scopes, String jti, Instant now, int seconds, String grantType) {
        return new JWTClaimsSet.Builder()
                .jwtID(jti)
                .issuer(settings.issuer())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(seconds)))
                .audience(Audience.of(client.id(), scopes))
                .claim("scope", List.copyOf(scopes))
                .claim("client_id", client.id())
                .claim("cid", client.id())
                .claim("azp", client.id())
                .claim("grant_type", grantType)
                .claim("zid", "uaa");
    }

    private String sign(JWTClaimsSet claims) {
        var key = keys.active();
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(key.getKeyID())
                .type(JOSEObjectType.JWT)
                .jwkURL(URI.create(settings.url() + "/token_keys"))
                .build();
        try {
            var jwt = new SignedJWT(header, claims);
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("cannot sign a token", e);
        }
    }

    private static String jti() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
