package org.openpks.uaa.provider;

import java.util.List;
import org.openpks.uaa.user.User;

/// What an identity provider says of a person who logged in there.
/// @param groups names of the external groups that may be seen here
public record ExternalIdentity(String userName, User.Profile profile, List<String> groups) {

    public ExternalIdentity {
        groups = List.copyOf(groups);
    }
}
