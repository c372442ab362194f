package org.openpks.uaa.provider;

import java.util.List;
import org.openpks.uaa.user.User;

/// What an identity provider says of a person who logged in there.
/// @param groups names of all external groups, for the mapping to our groups
/// @param roles those of them that id tokens may name
public record ExternalIdentity(String userName, User.Profile profile, List<String> groups, List<String> roles) {

    public ExternalIdentity {
        groups = List.copyOf(groups);
        roles = List.copyOf(roles);
    }
}
