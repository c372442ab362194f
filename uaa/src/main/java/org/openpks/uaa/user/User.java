package org.openpks.uaa.user;

/// A person who logs in.
/// @param origin the identity provider's key; `uaa` is the internal one
/// @param salt changed to revoke every token of the user
public record User(
        String id,
        String userName,
        String origin,
        String passwordHash,
        String salt,
        String email,
        boolean active,
        boolean verified) {

    @Override
    public String toString() {
        return "User[" + userName + "]";
    }
}
