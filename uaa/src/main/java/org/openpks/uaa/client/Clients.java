package org.openpks.uaa.client;

import java.util.List;
import java.util.Optional;
import org.openpks.uaa.scim.Page;
import org.openpks.uaa.scim.Query;

/// The registered clients.
public interface Clients {

    Optional<Client> find(String id);

    /// Those that a query asks for, by default all in the order of their ids.
    Page<Client> list(Query query);

    /// Adds the client unless its id is taken; says whether it did.
    boolean addIfMissing(Client client);

    /// Stores all of the client but its secrets and its salt; says whether it is there.
    boolean update(Client client);

    /// Replaces the secrets' hashes: one, or two while a secret is replaced.
    void changeSecrets(String id, List<String> secretHashes);

    /// Ends every token of the client.
    void revokeTokens(String id);

    /// Says whether the client was there.
    boolean delete(String id);
}
