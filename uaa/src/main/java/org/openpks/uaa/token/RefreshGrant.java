package org.openpks.uaa.token;

import java.time.InstantSource;
import java.util.Optional;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.user.User;
import org.openpks.uaa.user.Users;
import org.springframework.stereotype.Component;

/// `refresh_token`: a new access token for what a refresh token stands for.
///
/// The refresh token stays the same, because `uaa refresh-token` shows it twice. For clients that authenticate
/// by nothing, and for all if `openpks.uaa.rotate-refresh-tokens` says so, a new one takes its place; the old
/// one shown again ends the whole log-in (RFC 9700, 4.14.2).
@Component
class RefreshGrant implements Grant {

    private final RefreshTokens refreshTokens;
    private final Users users;
    private final UserScopes scopes;
    private final Revocation revocation;
    private final TokenIssuer issuer;
    private final UaaSettings settings;
    private final InstantSource clock;

    RefreshGrant(
            RefreshTokens refreshTokens,
            Users users,
            UserScopes scopes,
            Revocation revocation,
            TokenIssuer issuer,
            UaaSettings settings,
            InstantSource clock) {
        this.refreshTokens = refreshTokens;
        this.users = users;
        this.scopes = scopes;
        this.revocation = revocation;
        this.issuer = issuer;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String type() {
        return "refresh_token";
    }

    @Override
    public Issued issue(TokenRequest request) {
        var text = request.required("refresh_token");
        var stored = refreshTokens
                .find(text)
                .filter(token -> token.clientId().equals(request.client().id()))
                .orElseThrow(() -> UaaFault.invalidToken("The token does not exist."));
        if (request.method() == ClientAuthentication.PUBLIC && stored.method() != ClientAuthentication.PUBLIC) {
            throw UaaFault.oauth("invalid_client", "Refresh without client authentication not allowed.");
        }
        var user = usable(request, stored);
        var granted = scopes.of(request.client(), user, request.scopes(), stored.scopes());
        var login = new Login(
                request.client(),
                request.method(),
                user,
                granted,
                stored.grantType(),
                Optional.of(stored.authTime()),
                stored.family(),
                stored.nonce(),
                request.opaque());
        boolean rotates = settings.rotateRefreshTokens() || request.method() == ClientAuthentication.PUBLIC;
        return issuer.refreshed(login, rotates ? rotated(text, stored) : text);
    }

    private User usable(TokenRequest request, RefreshTokens.Stored stored) {
        if (stored.replaced()) {
            throw replayed(stored);
        }
        if (!stored.expiresAt().isAfter(clock.instant())) {
            throw UaaFault.invalidToken("The refresh token expired.");
        }
        return users.find(stored.userId())
                .filter(User::active)
                .filter(known -> revocation.holds(stored.revocationSignature(), request.client(), Optional.of(known)))
                .orElseThrow(() -> UaaFault.invalidToken("The refresh token was revoked."));
    }

    private String rotated(String text, RefreshTokens.Stored stored) {
        if (!refreshTokens.replace(text)) {
            throw replayed(stored);
        }
        return refreshTokens.issue(stored);
    }

    private UaaFault replayed(RefreshTokens.Stored stored) {
        refreshTokens.endFamily(stored.family());
        return UaaFault.invalidToken("The refresh token was revoked.");
    }
}
