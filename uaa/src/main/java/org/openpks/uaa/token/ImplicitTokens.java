package org.openpks.uaa.token;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import org.openpks.uaa.client.Client;
import org.openpks.uaa.policy.Digests;
import org.openpks.uaa.user.User;
import org.springframework.stereotype.Component;

/// Tokens that `/oauth/authorize` itself gives: without a refresh token.
@Component
public class ImplicitTokens {

    private final TokenIssuer issuer;

    ImplicitTokens(TokenIssuer issuer) {
        this.issuer = issuer;
    }

    public Issued issue(Client client, User user, SortedSet<String> scopes, Instant authTime, Optional<String> nonce) {
        return issuer.implicit(new Login(
                client,
                ClientAuthentication.PUBLIC,
                user,
                scopes,
                "implicit",
                Optional.of(authTime),
                Digests.random(),
                nonce,
                false));
    }
}
