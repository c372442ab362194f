package org.openpks.uaa.user;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.access.Caller;
import org.openpks.uaa.audit.Audit;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.policy.Lockout;
import org.openpks.uaa.policy.Passwords;
import org.openpks.uaa.scim.Body;
import org.openpks.uaa.scim.Versions;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Changes to users.
@Component
class UserChanges {

    /// What UAA lets internal users be called.
    private static final Pattern USER_NAME = Pattern.compile("[\\p{L}\\p{M}0-9+\\-_.@'! ]+");

    private static final Set<String> WRITE = Set.of("scim.write");

    private final Users users;
    private final Passwords passwords;
    private final Lockout lockout;
    private final UaaSettings settings;
    private final Audit audit;
    private final InstantSource clock;

    UserChanges(
            Users users, Passwords passwords, Lockout lockout, UaaSettings settings, Audit audit, InstantSource clock) {
        this.users = users;
        this.passwords = passwords;
        this.lockout = lockout;
        this.settings = settings;
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional
    User create(Body body, Caller caller) {
        var origin = body.text("origin", 64).filter(text -> !text.isBlank()).orElse(Users.INTERNAL);
        var name = userName(body.text("userName").orElse(""), origin);
        var profile = UserJson.profile(body);
        var password = body.text("password").filter(text -> !text.isEmpty() && origin.equals(Users.INTERNAL));
        password.ifPresent(this::checkStrength);
        var now = clock.instant();
        var user = new User(
                UUID.randomUUID().toString(),
                name,
                origin,
                profile,
                new User.Password(
                        password.map(passwords::hash).orElse(Passwords.NONE),
                        UUID.randomUUID().toString(),
                        now,
                        false),
                body.bool("active").orElse(true),
                body.bool("verified").orElse(true),
                0,
                now,
                now,
                Optional.empty(),
                Optional.empty(),
                List.of());
        if (!users.addIfMissing(user)) {
            throw duplicate(name, origin);
        }
        audit.log("UserCreatedEvent", user.id(), "user", name, "origin", origin, "by", caller.name());
        return known(user.id());
    }

    @Transactional
    User replace(String id, Body body, @Nullable String ifMatch, Caller caller) {
        var old = known(id);
        int seen = Versions.required(ifMatch, "PUT", old.version());
        Versions.refuseStale("user", id, old.version(), seen);
        var name = body.text("userName").orElse("");
        return store(
                old,
                old.with(
                        userName(name, old.origin()),
                        UserJson.profile(body),
                        body.bool("active").orElse(old.active()),
                        body.bool("verified").orElse(old.verified())),
                caller);
    }

    /// UAA's own kind of a patch: what is given is changed, and `meta.attributes` names what is cleared.
    @Transactional
    User patch(String id, Body body, @Nullable String ifMatch, Caller caller) {
        var old = known(id);
        int seen = Versions.required(ifMatch, "PATCH", old.version());
        Versions.refuseStale("user", id, old.version(), seen);
        var cleared =
                body.object("meta").flatMap(meta -> meta.list("attributes")).orElse(List.of());
        var profile = UserJson.merged(body, without(cleared, old.profile()));
        return store(
                old,
                old.with(
                        userName(body.text("userName").orElse(old.userName()), old.origin()),
                        profile,
                        body.bool("active").orElse(old.active()),
                        body.bool("verified").orElse(old.verified())),
                caller);
    }

    private static User.Profile without(List<String> cleared, User.Profile old) {
        cleared.stream()
                .filter(name -> !Set.of("name", "name.givenname", "name.familyname", "phonenumbers", "externalid")
                        .contains(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .ifPresent(name -> {
                    throw UserJson.invalid(
                            "The attribute " + UaaFault.printable(name)
                                    + " cannot be cleared; name, name.givenName, name.familyName, phoneNumbers and externalId can.");
                });
        boolean names = names(cleared, "name");
        return new User.Profile(
                old.email(),
                names || names(cleared, "name.givenName") ? "" : old.givenName(),
                names || names(cleared, "name.familyName") ? "" : old.familyName(),
                names(cleared, "phoneNumbers") ? "" : old.phoneNumber(),
                names(cleared, "externalId") ? "" : old.externalId());
    }

    private static boolean names(List<String> cleared, String attribute) {
        return cleared.stream().anyMatch(attribute::equalsIgnoreCase);
    }

    private User store(User old, User changed, Caller caller) {
        if (!caller.holdsAny(WRITE) && !onlyNamesDiffer(old, changed)) {
            throw UaaFault.of(
                    403, "access_denied", "Without the scope scim.write users change their first and last name only.");
        }
        try {
            if (!users.update(changed)) {
                throw Versions.stale("user", old.id(), known(old.id()).version(), old.version());
            }
        } catch (DuplicateKeyException e) {
            throw duplicate(changed.userName(), changed.origin());
        }
        if (old.active() && !changed.active()) {
            users.revokeTokens(old.id());
        }
        audit.log("UserModifiedEvent", old.id(), "user", changed.userName(), "by", caller.name());
        return known(old.id());
    }

    private static boolean onlyNamesDiffer(User old, User changed) {
        return old.userName().equals(changed.userName())
                && old.active() == changed.active()
                && old.verified() == changed.verified()
                && old.email().equals(changed.email())
                && old.profile().externalId().equals(changed.profile().externalId());
    }

    @Transactional
    User delete(String id, @Nullable String ifMatch, Caller caller) {
        var user = known(id);
        Versions.check(ifMatch, "user", id, user.version());
        users.delete(id);
        audit.log("UserDeletedEvent", id, "user", user.userName(), "by", caller.name());
        return user;
    }

    @Transactional
    User verify(String id, @Nullable String ifMatch, Caller caller) {
        var user = known(id);
        Versions.check(ifMatch, "user", id, user.version());
        if (!user.verified()) {
            users.update(user.with(user.userName(), user.profile(), user.active(), true));
            audit.log("UserVerifiedEvent", id, "user", user.userName(), "by", caller.name());
        }
        return known(id);
    }

    /// Not in a transaction: a wrong old password is counted though the request fails.
    void changePassword(String id, Body body, Caller caller) {
        boolean administrator = caller.holds("uaa.admin") || caller.userId().isEmpty();
        if (!administrator && !caller.is(id)) {
            throw UaaFault.insufficientScope(Set.of("uaa.admin"));
        }
        var user = known(id);
        if (!user.origin().equals(Users.INTERNAL)) {
            throw UaaFault.scim(
                    400, "invalid_password", "The password of a user of %s is changed there.".formatted(user.origin()));
        }
        var password = body.text("password")
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> UaaFault.scim(400, "invalid_password", "password is missing."));
        if (!administrator) {
            checkOld(user, body.text("oldPassword").orElse(""));
        }
        checkStrength(password);
        if (passwords.matches(password, user.password().hash())) {
            throw UaaFault.scim(422, "invalid_password", "Your new password cannot be the same as the old password.");
        }
        users.changePassword(id, passwords.hash(password));
        users.revokeTokens(id);
        lockout.forget(Users.INTERNAL, user.userName());
        audit.log("PasswordChangeSuccess", id, "user", user.userName(), "by", caller.name());
    }

    private void checkOld(User user, String old) {
        boolean locked = lockout.locked(Users.INTERNAL, user.userName());
        if (locked || !passwords.matches(old, user.password().hash())) {
            lockout.failed(Users.INTERNAL, user.userName());
            audit.log("PasswordChangeFailure", user.id(), "user", user.userName());
            throw UaaFault.of(
                    401, "unauthorized", locked ? "Your account has been locked." : "Old password is incorrect");
        }
    }

    /// Unlocks the account, or asks for a new password at the next log-in.
    @Transactional
    void changeStatus(String id, Body body, Caller caller) {
        var user = known(id);
        if (!body.has("locked") && !body.has("passwordChangeRequired")) {
            throw UserJson.invalid("Give \"locked\": false or \"passwordChangeRequired\": true.");
        }
        if (body.bool("locked").orElse(false)) {
            throw UserJson.invalid(
                    "Cannot set user account to locked. User accounts only become locked through exceeding the allowed failed login attempts.");
        }
        if (!body.bool("passwordChangeRequired").orElse(true)) {
            throw UserJson.invalid("The requirement that this user change their password cannot be removed via API.");
        }
        if (body.has("locked")) {
            lockout.forget(Users.INTERNAL, user.userName());
            audit.log("UserAccountUnlockedEvent", id, "user", user.userName(), "by", caller.name());
        }
        if (body.has("passwordChangeRequired")) {
            if (!user.origin().equals(Users.INTERNAL)) {
                throw UserJson.invalid("The password of a user of %s is changed there.".formatted(user.origin()));
            }
            users.requirePasswordChange(id, true);
        }
    }

    User known(String id) {
        return users.find(id)
                .orElseThrow(() -> UaaFault.scim(
                        404, "scim_resource_not_found", "User " + UaaFault.printable(id) + " does not exist"));
    }

    private void checkStrength(String password) {
        var violations = settings.passwordPolicy().violations("Password", password);
        if (!violations.isEmpty()) {
            throw UaaFault.scim(400, "invalid_password", String.join(",", violations));
        }
    }

    private static String userName(String name, String origin) {
        if (name.isBlank()) {
            throw UserJson.invalid("A username must be provided.");
        }
        if (!name.equals(name.strip())
                || (origin.equals(Users.INTERNAL) && !USER_NAME.matcher(name).matches())) {
            throw UserJson.invalid("Username must match pattern: " + USER_NAME.pattern());
        }
        return name;
    }

    private UaaFault duplicate(String name, String origin) {
        var message = "Username already in use: " + name;
        return users.findByName(name, origin)
                .map(user -> UaaFault.scim(
                        409,
                        "scim_resource_already_exists",
                        message,
                        Map.of("user_id", user.id(), "active", user.active(), "verified", user.verified())))
                .orElseGet(() -> UaaFault.scim(409, "scim_resource_already_exists", message));
    }
}
