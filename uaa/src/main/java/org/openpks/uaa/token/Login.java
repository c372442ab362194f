package org.openpks.uaa.token;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import org.openpks.uaa.client.Client;
import org.openpks.uaa.policy.Digests;
import org.openpks.uaa.user.User;

/// A user who logged in through a client: what tokens say of it.
/// @param authTime when the user proved who it is
/// @param family marks all tokens that come from this log-in, so that they can end together
/// @param nonce goes into the id token
record Login(
        Client client,
        ClientAuthentication method,
        User user,
        SortedSet<String> scopes,
        String grantType,
        Optional<Instant> authTime,
        String family,
        Optional<String> nonce,
        boolean opaque) {

    /// A log-in that this request itself made.
    static Login now(TokenRequest request, User user, SortedSet<String> scopes) {
        return new Login(
                request.client(),
                request.method(),
                user,
                scopes,
                request.grantType(),
                Optional.empty(),
                Digests.random(),
                Optional.empty(),
                request.opaque());
    }
}
