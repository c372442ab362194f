package org.openpks.uaa.token;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.openpks.uaa.client.Client;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.group.Groups;
import org.openpks.uaa.user.User;
import org.springframework.stereotype.Component;

/// Which scopes a user gets through a client: those asked for, which the client may have and the user holds.
@Component
public class UserScopes {

    /// What every user holds besides the groups: UAA's default groups.
    public static final Set<String> DEFAULT_GROUPS = Set.of(
            "openid",
            "password.write",
            "uaa.user",
            "approvals.me",
            "profile",
            "roles",
            "user_attributes",
            "uaa.offline_token");

    private final Groups groups;

    UserScopes(Groups groups) {
        this.groups = groups;
    }

    /// Fails with `invalid_scope` when nothing is left, when the client lacks a scope that was asked for, or
    /// the user a group that the client requires.
    /// @param requested empty = all that the client may have
    public SortedSet<String> of(Client client, User user, SortedSet<String> requested) {
        return narrowed(client, user, requested, held(client, user));
    }

    /// As [#of], but no more than was given before.
    SortedSet<String> of(Client client, User user, SortedSet<String> requested, List<String> before) {
        refuseForeign(requested, before);
        var held = held(client, user);
        held.retainAll(before);
        return narrowed(client, user, requested, held);
    }

    private SortedSet<String> held(Client client, User user) {
        var held = new TreeSet<>(DEFAULT_GROUPS);
        held.addAll(groups.names(user.id()));
        if (!held.containsAll(client.requiredUserGroups())) {
            throw UaaFault.oauth("invalid_scope", "User does not meet the client's required group criteria.");
        }
        return held;
    }

    private static SortedSet<String> narrowed(
            Client client, User user, SortedSet<String> requested, SortedSet<String> held) {
        refuseForeign(requested, client.allowed(requested));
        var scopes = client.allowed(held);
        if (!requested.isEmpty()) {
            scopes.retainAll(requested);
        }
        if (scopes.isEmpty()) {
            throw UaaFault.oauth(
                    "invalid_scope",
                    UaaFault.printable((requested.isEmpty() ? client.scopes() : List.copyOf(requested)).toString())
                            + " is invalid. This user is not allowed any of the requested scopes");
        }
        return scopes;
    }

    static void refuseForeign(SortedSet<String> requested, Collection<String> allowed) {
        requested.stream().filter(scope -> !allowed.contains(scope)).findFirst().ifPresent(scope -> {
            throw UaaFault.oauth(
                    "invalid_scope",
                    UaaFault.printable(scope) + " is invalid. Please use a valid scope name in the request");
        });
    }
}
