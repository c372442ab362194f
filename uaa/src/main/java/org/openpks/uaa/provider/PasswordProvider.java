package org.openpks.uaa.provider;

import java.util.Optional;

/// An identity provider that takes a name and a password.
public interface PasswordProvider {

    /// The origin of its users.
    String origin();

    /// The person, or nothing when name or password is wrong. Fails with a
    /// [UaaFault][org.openpks.uaa.fault.UaaFault] when the provider cannot be asked.
    Optional<ExternalIdentity> authenticate(String userName, String password);
}
