package org.openpks.uaa.token;

/// One way to get a token.
interface Grant {

    /// The parameter `grant_type`.
    String type();

    /// Fails with a [UaaFault][org.openpks.uaa.fault.UaaFault] when the request earns no token.
    Issued issue(TokenRequest request);
}
