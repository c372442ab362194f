package org.openpks.uaa.token;

import java.util.TreeSet;
import org.openpks.uaa.audit.Audit;
import org.springframework.stereotype.Component;

/// `client_credentials`: a token for the client itself, with its authorities.
@Component
class ClientCredentialsGrant implements Grant {

    private final TokenIssuer issuer;
    private final Audit audit;

    ClientCredentialsGrant(TokenIssuer issuer, Audit audit) {
        this.issuer = issuer;
        this.audit = audit;
    }

    @Override
    public String type() {
        return "client_credentials";
    }

    @Override
    public Issued issue(TokenRequest request) {
        var client = request.client();
        var allowed = new TreeSet<>(client.authorities());
        var requested = request.scopes();
        UserScopes.refuseForeign(requested, allowed);
        audit.log("ClientAuthenticationSuccess", client.id());
        return issuer.forClient(client, request.method(), requested.isEmpty() ? allowed : requested, request.opaque());
    }
}
