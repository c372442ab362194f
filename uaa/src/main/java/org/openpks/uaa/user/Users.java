package org.openpks.uaa.user;

import java.util.List;
import java.util.Optional;
import org.openpks.uaa.scim.Page;
import org.openpks.uaa.scim.Query;

/// The users.
public interface Users {

    String INTERNAL = "uaa";

    Optional<User> findByName(String userName, String origin);

    Optional<User> find(String id);

    Page<User> list(Query query);

    /// Adds the user unless the name is taken in this origin; says whether it did.
    boolean addIfMissing(User user);

    /// Stores name, profile, active and verified, and counts the version up, if the version is still the one in
    /// `user`; says whether it was. Fails with [org.springframework.dao.DuplicateKeyException] when the name is
    /// taken.
    boolean update(User user);

    /// Replaces the password's hash; every token of the user ends.
    void changePassword(String id, String hash);

    void requirePasswordChange(String id, boolean required);

    /// Stores what the identity provider said at a log-in.
    void storeExternal(String id, User.Profile profile, List<String> externalGroups);

    /// Notes the time of a log-in.
    void loggedOn(String id);

    /// Ends every token and browser session of the user.
    void revokeTokens(String id);

    void delete(String id);
}
