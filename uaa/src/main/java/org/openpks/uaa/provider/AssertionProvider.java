package org.openpks.uaa.provider;

/// An identity provider whose signed id tokens count here.
public interface AssertionProvider {

    /// The origin of its users.
    String origin();

    /// The claim `iss` of its id tokens.
    String issuer();

    /// Whom an id token speaks of. Fails with 401 `invalid_token` when it is not good, or not meant for us.
    ExternalIdentity read(String idToken);
}
