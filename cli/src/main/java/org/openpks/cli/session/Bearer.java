package org.openpks.cli.session;

import org.openpks.cli.http.Exchange;

/// Somebody with a token for a PKS API.
public interface Bearer {
    /// Whose API it is.
    ApiAddress api();

    /// A way to that API.
    Exchange exchange();

    /// A token that is good for the next seconds, as far as can be told.
    String accessToken();

    /// Gets a new access token, after the API refused the present one. Fails with
    /// [org.openpks.cli.failure.NotLoggedIn] when there is no way to one.
    void renew();
}
