package org.openpks.uaa.token;

/// How a client showed who it is. UAA's claim `client_auth_method` and what may be refreshed follow from it.
enum ClientAuthentication {
    /// A secret that is not empty, or a signed assertion.
    SECRET,
    /// An empty secret, as `pks_cli:`.
    EMPTY_SECRET,
    /// None: a client with `allowpublic`, which proves itself by a PKCE code verifier.
    PUBLIC
}
