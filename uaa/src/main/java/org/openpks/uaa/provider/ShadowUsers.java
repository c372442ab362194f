package org.openpks.uaa.provider;

import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.openpks.uaa.audit.Audit;
import org.openpks.uaa.group.Groups;
import org.openpks.uaa.policy.Passwords;
import org.openpks.uaa.user.User;
import org.openpks.uaa.user.Users;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// The rows that stand for people of other providers: same name, the provider's origin, no password. They are
/// made at the first log-in, or before it by an administrator, and brought up to date at each.
@Component
public class ShadowUsers {

    private final Users users;
    private final Groups groups;
    private final Audit audit;
    private final InstantSource clock;

    ShadowUsers(Users users, Groups groups, Audit audit, InstantSource clock) {
        this.users = users;
        this.groups = groups;
        this.audit = audit;
        this.clock = clock;
    }

    /// Also makes the memberships in mapped groups follow the external groups.
    @Transactional
    public User update(String origin, ExternalIdentity identity) {
        var user = users.findByName(identity.userName(), origin).orElseGet(() -> add(origin, identity));
        users.storeExternal(user.id(), identity.profile(), identity.roles());
        groups.remap(user.id(), origin, identity.groups());
        return users.find(user.id()).orElseThrow();
    }

    private User add(String origin, ExternalIdentity identity) {
        var now = clock.instant();
        var user = new User(
                UUID.randomUUID().toString(),
                identity.userName(),
                origin,
                identity.profile(),
                new User.Password(Passwords.NONE, UUID.randomUUID().toString(), now, false),
                true,
                true,
                0,
                now,
                now,
                Optional.empty(),
                Optional.empty(),
                identity.roles());
        if (users.addIfMissing(user)) {
            audit.log("UserCreatedEvent", user.id(), "user", user.userName(), "origin", origin);
        }
        return users.findByName(identity.userName(), origin).orElseThrow();
    }
}
