package org.openpks.uaa.access;

import java.util.Optional;
import java.util.Set;

/// Who calls an API of UAA: a client by its own token or secret, or a user through a client.
/// @param scopes what the token (or for a secret, the client's authorities) allows
public record Caller(String clientId, Optional<String> userId, String userName, Set<String> scopes) {

    private static final String ADMIN = "uaa.admin";

    public Caller {
        scopes = Set.copyOf(scopes);
    }

    /// Whether the caller holds one of the scopes, or `uaa.admin`, which stands for all.
    public boolean holdsAny(Set<String> wanted) {
        return scopes.contains(ADMIN) || wanted.stream().anyMatch(scopes::contains);
    }

    public boolean holds(String scope) {
        return holdsAny(Set.of(scope));
    }

    /// Whether the caller is this user.
    public boolean is(String id) {
        return userId.filter(id::equals).isPresent();
    }

    /// For audit events.
    public String name() {
        return userId.isPresent() ? userName : clientId;
    }
}
