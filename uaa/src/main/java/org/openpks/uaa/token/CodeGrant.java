package org.openpks.uaa.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.TreeSet;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.login.Logins;
import org.openpks.uaa.policy.Digests;
import org.openpks.uaa.user.Users;
import org.springframework.stereotype.Component;

/// `authorization_code`, with PKCE (RFC 7636). A code that is shown again ends the tokens that came from it.
@Component
class CodeGrant implements Grant {

    private final AuthorizationCodes codes;
    private final RefreshTokens refreshTokens;
    private final Users users;
    private final Logins logins;
    private final TokenIssuer issuer;

    CodeGrant(AuthorizationCodes codes, RefreshTokens refreshTokens, Users users, Logins logins, TokenIssuer issuer) {
        this.codes = codes;
        this.refreshTokens = refreshTokens;
        this.users = users;
        this.logins = logins;
        this.issuer = issuer;
    }

    @Override
    public String type() {
        return "authorization_code";
    }

    @Override
    public Issued issue(TokenRequest request) {
        var text = request.required("code");
        var used = codes.use(text).orElseThrow(() -> invalid(text));
        if (!used.first()) {
            refreshTokens.endFamily(used.family());
            throw invalid(text);
        }
        var code = used.code();
        if (!code.clientId().equals(request.client().id())) {
            throw invalid(text);
        }
        if (!code.redirectUri().equals(request.parameter("redirect_uri"))) {
            throw UaaFault.oauth("invalid_grant", "Redirect URI mismatch.");
        }
        checkVerifier(code, request);
        var user = users.find(code.userId()).orElseThrow(() -> invalid(text));
        logins.mayLogIn(user);
        return issuer.forUser(new Login(
                request.client(),
                request.method(),
                user,
                new TreeSet<>(code.scopes()),
                request.grantType(),
                Optional.of(code.authTime()),
                used.family(),
                code.nonce(),
                request.opaque()));
    }

    private static void checkVerifier(AuthorizationCodes.Code code, TokenRequest request) {
        var verifier = request.parameter("code_verifier");
        if (code.challenge().isEmpty()) {
            if (verifier.isPresent() || request.method() == ClientAuthentication.PUBLIC) {
                throw UaaFault.oauth("invalid_grant", "The authorization request had no code challenge.");
            }
            return;
        }
        var given = verifier.orElseThrow(() -> UaaFault.oauth("invalid_grant", "Missing parameter: code_verifier"));
        var expected = code.challenge().get();
        var computed = code.challengeMethod().equals("S256")
                ? Base64.getUrlEncoder().withoutPadding().encodeToString(Digests.sha256(given))
                : given;
        if (!MessageDigest.isEqual(
                computed.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8))) {
            throw UaaFault.oauth("invalid_grant", "Invalid code verifier");
        }
    }

    private static UaaFault invalid(String code) {
        return UaaFault.oauth("invalid_grant", "Invalid authorization code: " + UaaFault.printable(code));
    }
}
