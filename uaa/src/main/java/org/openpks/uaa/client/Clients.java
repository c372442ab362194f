package org.openpks.uaa.client;

import java.util.Optional;

/// The registered clients.
public interface Clients {

    Optional<Client> find(String id);

    /// Adds the client unless its id is taken; says whether it did.
    boolean addIfMissing(Client client);

    /// Replaces the secret's hash.
    void changeSecret(String id, String secretHash);
}
