package org.openpks.uaa.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.audit.Audit;
import org.openpks.uaa.client.Client;
import org.openpks.uaa.key.SigningKeys;
import org.openpks.uaa.policy.Digests;
import org.openpks.uaa.user.Users;
import org.springframework.stereotype.Component;

/// Builds and signs tokens with UAA's claims (UAA API documentation, token).
@Component
class TokenIssuer {

    private static final int DEFAULT_ACCESS_SECONDS = 43_200;
    private static final int DEFAULT_REFRESH_SECONDS = 2_592_000;

    private final UaaSettings settings;
    private final SigningKeys keys;
    private final RefreshTokens refreshTokens;
    private final OpaqueTokens opaqueTokens;
    private final Revocation revocation;
    private final Audit audit;
    private final InstantSource clock;

    TokenIssuer(
            UaaSettings settings,
            SigningKeys keys,
            RefreshTokens refreshTokens,
            OpaqueTokens opaqueTokens,
            Revocation revocation,
            Audit audit,
            InstantSource clock) {
        this.settings = settings;
        this.keys = keys;
        this.refreshTokens = refreshTokens;
        this.opaqueTokens = opaqueTokens;
        this.revocation = revocation;
        this.audit = audit;
        this.clock = clock;
    }

    /// A token for the client itself: never with a refresh token.
    Issued forClient(Client client, ClientAuthentication method, SortedSet<String> scopes, boolean opaque) {
        var now = clock.instant();
        var jti = Digests.random();
        int seconds = accessSeconds(client);
        var claims = common(client, method, scopes, jti, now, "client_credentials")
                .subject(client.id())
                .claim("authorities", client.authorities())
                .claim("rev_sig", revocation.signature(client, Optional.empty()))
                .build();
        audit.log("TokenIssuedEvent", client.id(), "scopes", List.copyOf(scopes), "client", client.id());
        var token = opaque ? opaqueTokens.store(jti, "", claims) : sign(claims);
        return new Issued(token, Optional.empty(), Optional.empty(), now, seconds, scopes, jti);
    }

    /// Tokens for a user who just logged in.
    Issued forUser(Login login) {
        var client = login.client();
        var now = clock.instant();
        Optional<String> refreshToken = client.grants("refresh_token")
                ? Optional.of(refreshTokens.issue(new RefreshTokens.Stored(
                        login.user().id(),
                        client.id(),
                        login.method(),
                        login.grantType(),
                        List.copyOf(login.scopes()),
                        revocation.signature(client, Optional.of(login.user())),
                        login.authTime().orElse(now),
                        login.nonce(),
                        login.family(),
                        now.plus(
                                Duration.ofSeconds(client.refreshTokenValidity().orElse(DEFAULT_REFRESH_SECONDS))),
                        false)))
                : Optional.empty();
        return tokens(login, login.grantType(), refreshToken);
    }

    /// Tokens for a user whose refresh token was shown.
    Issued refreshed(Login login, String refreshToken) {
        return tokens(login, "refresh_token", Optional.of(refreshToken));
    }

    /// Tokens that a browser takes to the client.
    Issued implicit(Login login) {
        return tokens(login, login.grantType(), Optional.empty());
    }

    private Issued tokens(Login login, String grantType, Optional<String> refreshToken) {
        var client = login.client();
        var now = clock.instant();
        var jti = Digests.random();
        var claims = userClaims(common(client, login.method(), login.scopes(), jti, now, grantType), login, now)
                .build();
        Optional<String> idToken = login.scopes().contains("openid")
                ? Optional.of(sign(idToken(login, jti, now, grantType)))
                : Optional.empty();
        audit.log(
                "TokenIssuedEvent",
                login.user().id(),
                "scopes",
                List.copyOf(login.scopes()),
                "client",
                client.id(),
                "user",
                login.user().userName());
        var token = login.opaque() ? opaqueTokens.store(jti, login.family(), claims) : sign(claims);
        return new Issued(token, idToken, refreshToken, now, accessSeconds(client), login.scopes(), jti);
    }

    /// kube-apiserver reads this one: audience, username claim and groups claim are in it.
    private JWTClaimsSet idToken(Login login, String jti, Instant now, String grantType) {
        var client = login.client();
        var user = login.user();
        var builder = new JWTClaimsSet.Builder()
                .jwtID(jti)
                .issuer(settings.issuer())
                .audience(List.of(client.id()))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(accessSeconds(client))))
                .claim("amr", user.origin().equals(Users.INTERNAL) ? List.of("pwd") : List.of("ext", "pwd"))
                .claim("azp", client.id())
                .claim("cid", client.id())
                .claim("email_verified", user.verified())
                .claim("grant_type", grantType)
                .claim("zid", "uaa");
        login.nonce().ifPresent(nonce -> builder.claim("nonce", nonce));
        user.previousLogon().ifPresent(time -> builder.claim("previous_logon_time", time.toEpochMilli()));
        if (login.scopes().contains("profile")) {
            given(builder, "given_name", user.profile().givenName());
            given(builder, "family_name", user.profile().familyName());
            given(builder, "phone_number", user.profile().phoneNumber());
        }
        if (login.scopes().contains("roles") && !user.externalGroups().isEmpty()) {
            builder.claim("roles", user.externalGroups());
        }
        return userClaims(builder, login, now).build();
    }

    private static void given(JWTClaimsSet.Builder builder, String claim, String value) {
        if (!value.isEmpty()) {
            builder.claim(claim, value);
        }
    }

    private JWTClaimsSet.Builder userClaims(JWTClaimsSet.Builder builder, Login login, Instant now) {
        var user = login.user();
        return builder.subject(user.id())
                .claim("user_id", user.id())
                .claim("user_name", user.userName())
                .claim("email", user.email())
                .claim("origin", user.origin())
                .claim("auth_time", login.authTime().orElse(now).getEpochSecond())
                .claim("rev_sig", revocation.signature(login.client(), Optional.of(user)));
    }

    private JWTClaimsSet.Builder common(
            Client client,
            ClientAuthentication method,
            SortedSet<String> scopes,
            String jti,
            Instant now,
            String grantType) {
        var builder = new JWTClaimsSet.Builder()
                .jwtID(jti)
                .issuer(settings.issuer())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(accessSeconds(client))))
                .audience(Audience.of(client.id(), scopes))
                .claim("scope", List.copyOf(scopes))
                .claim("client_id", client.id())
                .claim("cid", client.id())
                .claim("azp", client.id())
                .claim("grant_type", grantType)
                .claim("zid", "uaa");
        return method == ClientAuthentication.SECRET ? builder : builder.claim("client_auth_method", "none");
    }

    private String sign(JWTClaimsSet claims) {
        var key = keys.active();
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(key.id())
                .type(JOSEObjectType.JWT)
                .jwkURL(URI.create(settings.url() + "/token_keys"))
                .build();
        try {
            var jwt = new SignedJWT(header, claims);
            jwt.sign(key.signer());
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("cannot sign a token", e);
        }
    }

    private static int accessSeconds(Client client) {
        return client.accessTokenValidity().orElse(DEFAULT_ACCESS_SECONDS);
    }
}
