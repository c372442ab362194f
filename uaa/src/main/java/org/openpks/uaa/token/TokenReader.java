package org.openpks.uaa.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.client.Clients;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.key.SigningKeys;
import org.openpks.uaa.user.User;
import org.openpks.uaa.user.Users;
import org.springframework.stereotype.Component;

/// Reads access tokens that this server issued, and says why one is not good: 401 `invalid_token`.
///
/// Only RS256 with one of our keys counts: neither unsigned tokens nor those signed with a public key as if it
/// were a shared secret. Client and user are looked up each time, so a revoked token ends at once, in every
/// process.
@Component
class TokenReader {

    /// How far another process's clock may be ahead.
    private static final Duration SKEW = Duration.ofSeconds(10);

    private final UaaSettings settings;
    private final SigningKeys keys;
    private final OpaqueTokens opaqueTokens;
    private final Clients clients;
    private final Users users;
    private final Revocation revocation;
    private final InstantSource clock;

    TokenReader(
            UaaSettings settings,
            SigningKeys keys,
            OpaqueTokens opaqueTokens,
            Clients clients,
            Users users,
            Revocation revocation,
            InstantSource clock) {
        this.settings = settings;
        this.keys = keys;
        this.opaqueTokens = opaqueTokens;
        this.clients = clients;
        this.users = users;
        this.revocation = revocation;
        this.clock = clock;
    }

    /// A good access token, a JWT or an opaque one.
    public AccessToken read(String token) {
        var claims = token.indexOf('.') >= 0
                ? signed(token)
                : opaqueTokens
                        .find(token)
                        .orElseThrow(() -> UaaFault.invalidToken("The token does not exist or was revoked."));
        // Id tokens and refresh tokens are no access tokens, though the same key may have signed them.
        if (claims.getClaim("scope") == null || text(claims, "jti").endsWith("-r")) {
            throw UaaFault.invalidToken("This is no access token.");
        }
        refuseRevoked(claims);
        return AccessToken.of(claims);
    }

    /// The claims of an id token of this server, for the grant `jwt-bearer`.
    JWTClaimsSet readIdToken(String token) {
        var claims = signed(token);
        if (claims.getClaim("scope") != null) {
            throw UaaFault.invalidToken("This is no id token.");
        }
        refuseRevoked(claims);
        return claims;
    }

    private JWTClaimsSet signed(String token) {
        try {
            var jwt = SignedJWT.parse(token);
            var header = jwt.getHeader();
            if (!header.getAlgorithm().equals(JWSAlgorithm.RS256)) {
                throw UaaFault.invalidToken("The token is not signed with RS256.");
            }
            var key = keys.find(String.valueOf(header.getKeyID()))
                    .orElseThrow(() -> UaaFault.invalidToken("The token was signed with an unknown key."));
            if (!jwt.verify(key.verifier())) {
                throw UaaFault.invalidToken("The token's signature is wrong.");
            }
            return inTime(jwt.getJWTClaimsSet());
        } catch (ParseException | JOSEException e) {
            throw UaaFault.invalidToken("The token is malformed.");
        }
    }

    private JWTClaimsSet inTime(JWTClaimsSet claims) {
        if (!settings.issuer().equals(claims.getIssuer())) {
            throw UaaFault.invalidToken("The token has another issuer.");
        }
        var now = clock.instant();
        if (!instant(claims.getExpirationTime()).isAfter(now)) {
            throw UaaFault.invalidToken("The token expired.");
        }
        if (instant(claims.getIssueTime()).isAfter(now.plus(SKEW))
                || (claims.getNotBeforeTime() != null
                        && instant(claims.getNotBeforeTime()).isAfter(now.plus(SKEW)))) {
            throw UaaFault.invalidToken("The token is not valid yet.");
        }
        return claims;
    }

    private void refuseRevoked(JWTClaimsSet claims) {
        if (!instant(claims.getExpirationTime()).isAfter(clock.instant())) {
            throw UaaFault.invalidToken("The token expired.");
        }
        var revoked = UaaFault.invalidToken("The token was revoked.");
        var client = clients.find(text(claims, "cid")).orElseThrow(() -> revoked);
        Optional<User> user = Optional.empty();
        if (claims.getClaim("user_id") != null) {
            user = users.find(text(claims, "user_id")).filter(User::active);
            if (user.isEmpty()) {
                throw revoked;
            }
        }
        if (!revocation.holds(text(claims, "rev_sig"), client, user)) {
            throw revoked;
        }
    }

    private static String text(JWTClaimsSet claims, String claim) {
        return String.valueOf(claims.getClaim(claim));
    }

    private static Instant instant(@Nullable Date date) {
        return date == null ? Instant.EPOCH : date.toInstant();
    }
}
