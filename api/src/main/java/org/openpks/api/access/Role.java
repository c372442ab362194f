package org.openpks.api.access;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/// What a scope allows, after the product's scope table.
public enum Role {
    /// Every cluster, everything.
    ADMIN,
    /// Own clusters.
    MANAGER,
    /// Sees every cluster, changes nothing, gets no credentials.
    READER;

    /// The roles among a token's scopes; scopes of other products are ignored.
    public static Set<Role> of(Collection<String> scopes) {
        var roles = EnumSet.noneOf(Role.class);
        for (var scope : scopes) {
            switch (scope) {
                case "pks.clusters.admin" -> roles.add(ADMIN);
                case "pks.clusters.manage" -> roles.add(MANAGER);
                case "pks.clusters.admin.read", "pks.clusters.admin-read-only" -> roles.add(READER);
                default -> {}
            }
        }
        return roles;
    }
}
