package org.openpks.uaa.provider;

import java.net.URI;

/// An identity provider that logs people in on pages of its own.
public interface BrowserProvider {

    /// The origin of its users.
    String origin();

    /// What the link on our log-in page says.
    String linkText();

    /// Where to send the browser.
    /// @param state comes back with it
    /// @param nonce must stand in the id token
    /// @param challenge PKCE, by S256
    URI logInAt(String state, String nonce, String challenge);

    /// Who came back with a code. Fails with a [UaaFault][org.openpks.uaa.fault.UaaFault] when it is not good.
    ExternalIdentity identity(String code, String nonce, String verifier);
}
