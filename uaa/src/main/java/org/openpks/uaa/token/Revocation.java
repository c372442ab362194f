package org.openpks.uaa.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openpks.uaa.client.Client;
import org.openpks.uaa.policy.Digests;
import org.openpks.uaa.user.User;
import org.springframework.stereotype.Component;

/// The claim `rev_sig`: a digest of what, when it changes, ends all tokens made before: the client's secret and
/// salt, the user's password, salt, name and address.
@Component
class Revocation {

    String signature(Client client, Optional<User> user) {
        return signature(client, client.secretHashes().stream().findFirst().orElse(""), user);
    }

    /// Whether nothing of it has changed. While a client has two secrets, tokens of both are good.
    boolean holds(String signature, Client client, Optional<User> user) {
        return signature(client, user).equals(signature)
                || client.secretHashes().stream()
                        .anyMatch(hash -> signature(client, hash, user).equals(signature));
    }

    private static String signature(Client client, String secretHash, Optional<User> user) {
        var parts = new ArrayList<>(List.of(client.id(), secretHash, client.tokenSalt()));
        user.ifPresent(given -> parts.addAll(List.of(
                given.id(), given.password().hash(), given.password().salt(), given.email(), given.userName())));
        return Digests.hash(String.join("\u0000", parts)).substring(0, 16);
    }
}
