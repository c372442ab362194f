package org.openpks.uaa.client;

import java.util.List;
import java.util.OptionalInt;

/// An OAuth client.
/// @param secretHash bcrypt; empty for a client with an empty secret, which authenticates with an empty password
/// @param authorities what its own tokens may do; `scopes` bounds what its users' tokens may do
/// @param accessTokenValidity seconds; empty = the server's default
/// @param tokenSalt changed to revoke every token of the client
public record Client(
        String id,
        String name,
        String secretHash,
        List<String> grantTypes,
        List<String> scopes,
        List<String> authorities,
        List<String> redirectUris,
        OptionalInt accessTokenValidity,
        OptionalInt refreshTokenValidity,
        String tokenSalt) {

    public Client {
        grantTypes = List.copyOf(grantTypes);
        scopes = List.copyOf(scopes);
        authorities = List.copyOf(authorities);
        redirectUris = List.copyOf(redirectUris);
    }

    @Override
    public String toString() {
        return "Client[" + id + "]";
    }
}
