package org.openpks.uaa.login;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.audit.Audit;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.policy.Lockout;
import org.openpks.uaa.policy.Passwords;
import org.openpks.uaa.provider.PasswordProvider;
import org.openpks.uaa.provider.Providers;
import org.openpks.uaa.provider.ShadowUsers;
import org.openpks.uaa.user.User;
import org.openpks.uaa.user.Users;
import org.springframework.stereotype.Component;

/// Logs users in by name and password: our own users first, then the other providers.
@Component
public class Logins {

    private final Users users;
    private final Passwords passwords;
    private final Lockout lockout;
    private final List<PasswordProvider> providers;
    private final ShadowUsers shadowUsers;
    private final UaaSettings settings;
    private final Audit audit;
    private final InstantSource clock;

    Logins(
            Users users,
            Passwords passwords,
            Lockout lockout,
            Providers providers,
            ShadowUsers shadowUsers,
            UaaSettings settings,
            Audit audit,
            InstantSource clock) {
        this.users = users;
        this.passwords = passwords;
        this.lockout = lockout;
        this.providers = providers.byPassword();
        this.shadowUsers = shadowUsers;
        this.settings = settings;
        this.audit = audit;
        this.clock = clock;
    }

    /// The user whose name and password these are. Everything else fails: 401 `invalid_client` alike for
    /// unknown users and wrong passwords, 401 `unauthorized` for a locked name or a password that must be
    /// changed, 403 `access_denied` for an account that is not verified.
    /// @param origin the only provider to ask; empty = all
    public User password(String userName, String password, Optional<String> origin, String clientId) {
        refuseLocked(userName, clientId);
        var user = origin.filter(only -> !only.equals(Users.INTERNAL)).isPresent()
                ? external(userName, password, origin)
                : internal(userName, password)
                        .or(() -> origin.isPresent() ? Optional.empty() : external(userName, password, origin));
        if (user.isEmpty()) {
            failed(userName, clientId);
            throw UaaFault.badCredentials();
        }
        // Guesses that run at the same time do not outrun the lock.
        refuseLocked(userName, clientId);
        var known = user.get();
        mayLogIn(known);
        lockout.forget(Users.INTERNAL, userName);
        loggedOn(known, clientId);
        return known;
    }

    /// What holds at every kind of log-in.
    public void mayLogIn(User user) {
        if (!user.active()) {
            throw UaaFault.badCredentials();
        }
        if (!user.verified()) {
            throw UaaFault.oauth("access_denied", "Account not verified");
        }
        if (user.password().changeRequired() || expired(user)) {
            throw UaaFault.oauth("unauthorized", "password change required");
        }
    }

    /// Notes a log-in that succeeded.
    public void loggedOn(User user, String clientId) {
        users.loggedOn(user.id());
        audit.log(
                "UserAuthenticationSuccess",
                user.id(),
                "user",
                user.userName(),
                "origin",
                user.origin(),
                "clientId",
                clientId);
    }

    private Optional<User> internal(String userName, String password) {
        var user = users.findByName(userName, Users.INTERNAL);
        var hash = user.map(known -> known.password().hash()).orElse(Passwords.NONE);
        return passwords.matches(password, hash) ? user : Optional.empty();
    }

    private Optional<User> external(String userName, String password, Optional<String> origin) {
        for (var provider : providers) {
            if (origin.isEmpty() || origin.get().equals(provider.origin())) {
                var identity = provider.authenticate(userName, password);
                if (identity.isPresent()) {
                    return identity.map(person -> shadowUsers.update(provider.origin(), person));
                }
            }
        }
        return Optional.empty();
    }

    private void refuseLocked(String userName, String clientId) {
        if (lockout.locked(Users.INTERNAL, userName)) {
            audit.log("UserAuthenticationFailure", userName, "reason", "locked", "clientId", clientId);
            throw UaaFault.oauth(
                    "unauthorized", "Your account has been locked because of too many failed attempts to login.");
        }
    }

    private void failed(String userName, String clientId) {
        boolean locks = lockout.failed(Users.INTERNAL, userName);
        audit.log("UserAuthenticationFailure", userName, "clientId", clientId);
        if (locks) {
            audit.log("UserAccountLockedEvent", userName, "clientId", clientId);
        }
    }

    private boolean expired(User user) {
        int months = settings.passwordPolicy().expirePasswordInMonths();
        return months > 0
                && user.origin().equals(Users.INTERNAL)
                && user.password()
                        .changed()
                        .atZone(ZoneOffset.UTC)
                        .plusMonths(months)
                        .toInstant()
                        .isBefore(clock.instant());
    }
}
