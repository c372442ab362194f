package org.openpks.uaa.token;

import com.nimbusds.jwt.JWTParser;
import java.text.ParseException;
import java.util.List;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.login.Logins;
import org.openpks.uaa.provider.AssertionProvider;
import org.openpks.uaa.provider.Providers;
import org.openpks.uaa.provider.ShadowUsers;
import org.openpks.uaa.user.User;
import org.openpks.uaa.user.Users;
import org.springframework.stereotype.Component;

/// `jwt-bearer` (RFC 7523): an id token of this server, or of an OpenID provider that it trusts, stands for a
/// log-in. The id token must be meant for the client that shows it, or for this server.
@Component
class JwtBearerGrant implements Grant {

    private final TokenReader reader;
    private final Users users;
    private final List<AssertionProvider> providers;
    private final ShadowUsers shadowUsers;
    private final Logins logins;
    private final UserScopes scopes;
    private final TokenIssuer issuer;
    private final UaaSettings settings;

    JwtBearerGrant(
            TokenReader reader,
            Users users,
            Providers providers,
            ShadowUsers shadowUsers,
            Logins logins,
            UserScopes scopes,
            TokenIssuer issuer,
            UaaSettings settings) {
        this.reader = reader;
        this.users = users;
        this.providers = providers.byAssertion();
        this.shadowUsers = shadowUsers;
        this.logins = logins;
        this.scopes = scopes;
        this.issuer = issuer;
        this.settings = settings;
    }

    @Override
    public String type() {
        return "urn:ietf:params:oauth:grant-type:jwt-bearer";
    }

    @Override
    public Issued issue(TokenRequest request) {
        var user = user(request.required("assertion"), request);
        if (!request.client().allowsProvider(user.origin())) {
            throw UaaFault.badCredentials();
        }
        logins.mayLogIn(user);
        logins.loggedOn(user, request.client().id());
        var granted = scopes.of(request.client(), user, request.scopes());
        return issuer.forUser(Login.now(request, user, granted));
    }

    private User user(String assertion, TokenRequest request) {
        var issuerOfAssertion = issuerOf(assertion);
        if (issuerOfAssertion.equals(settings.issuer())) {
            var claims = reader.readIdToken(assertion);
            if (!claims.getAudience().contains(request.client().id())) {
                throw UaaFault.invalidToken("The assertion is meant for another client.");
            }
            return users.find(String.valueOf(claims.getClaim("user_id")))
                    .orElseThrow(() -> UaaFault.invalidToken("The token was revoked."));
        }
        var provider = providers.stream()
                .filter(known -> known.issuer().equals(issuerOfAssertion))
                .findFirst()
                .orElseThrow(() -> UaaFault.invalidToken(
                        "No trusted identity provider has the issuer " + UaaFault.printable(issuerOfAssertion)));
        return shadowUsers.update(provider.origin(), provider.read(assertion));
    }

    private static String issuerOf(String assertion) {
        try {
            return String.valueOf(JWTParser.parse(assertion).getJWTClaimsSet().getIssuer());
        } catch (ParseException e) {
            throw UaaFault.invalidToken("The assertion is no JWT.");
        }
    }
}
