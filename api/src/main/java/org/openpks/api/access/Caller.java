package org.openpks.api.access;

import java.util.Set;

/// The one who sent a request, and what the scopes of the token allow.
public record Caller(Principal principal, Set<Role> roles) {

    /// The sentence for everyone who may not do what was asked.
    public static final String REFUSAL =
            "You do not have enough privileges to perform this action. Please contact the PKS administrator.";

    public Caller {
        roles = Set.copyOf(roles);
    }

    /// Whether any scope of the product was granted.
    public boolean known() {
        return !roles.isEmpty();
    }

    /// May see every cluster.
    public boolean seesAll() {
        return roles.contains(Role.ADMIN) || roles.contains(Role.READER);
    }

    /// May see a cluster of that owner.
    public boolean sees(Principal owner) {
        return seesAll() || (roles.contains(Role.MANAGER) && owner.equals(principal));
    }

    /// May change, delete and enter a cluster of that owner.
    public boolean manages(Principal owner) {
        return roles.contains(Role.ADMIN) || (roles.contains(Role.MANAGER) && owner.equals(principal));
    }

    /// May act for other users.
    public boolean administers() {
        return roles.contains(Role.ADMIN);
    }

    /// May create clusters.
    public boolean creates() {
        return roles.contains(Role.ADMIN) || roles.contains(Role.MANAGER);
    }
}
