package org.openpks.uaa.user;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A person who logs in.
/// @param origin the identity provider's key; `uaa` is the internal one
/// @param active may log in
/// @param version counts the changes, for `If-Match`
/// @param externalGroups what the identity provider last said, for the claim `roles`
public record User(
        String id,
        String userName,
        String origin,
        Profile profile,
        Password password,
        boolean active,
        boolean verified,
        int version,
        Instant created,
        Instant modified,
        Optional<Instant> lastLogon,
        Optional<Instant> previousLogon,
        List<String> externalGroups) {

    public User {
        externalGroups = List.copyOf(externalGroups);
    }

    /// What others are told of a person; missing parts are empty.
    public record Profile(String email, String givenName, String familyName, String phoneNumber, String externalId) {

        public static Profile of(String email) {
            return new Profile(email, "", "", "", "");
        }
    }

    /// @param hash bcrypt; [org.openpks.uaa.policy.Passwords#NONE] for users of other providers
    /// @param salt changed to revoke every token of the user
    /// @param changeRequired no log-in before the password is changed
    public record Password(String hash, String salt, Instant changed, boolean changeRequired) {
        @Override
        public String toString() {
            return "Password[...]";
        }
    }

    public String email() {
        return profile.email();
    }

    public User with(Profile other) {
        return new User(
                id,
                userName,
                origin,
                other,
                password,
                active,
                verified,
                version,
                created,
                modified,
                lastLogon,
                previousLogon,
                externalGroups);
    }

    /// The same person with what an administrator may change.
    public User with(String newName, Profile newProfile, boolean nowActive, boolean nowVerified) {
        return new User(
                id,
                newName,
                origin,
                newProfile,
                password,
                nowActive,
                nowVerified,
                version,
                created,
                modified,
                lastLogon,
                previousLogon,
                externalGroups);
    }

    @Override
    public String toString() {
        return "User[" + userName + "]";
    }
}
