package org.openpks.uaa.user;

import java.util.List;
import java.util.Optional;

/// The users and their groups.
public interface Users {

    String INTERNAL = "uaa";

    Optional<User> findByName(String userName, String origin);

    Optional<User> find(String id);

    /// The display names of the user's groups, sorted.
    List<String> groups(String userId);

    /// Adds the user unless the name is taken in this origin; says whether it did.
    boolean addIfMissing(User user);

    /// Makes the user a member; the group is made when it is missing.
    void join(String userId, String group);
}
