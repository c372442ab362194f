package org.openpks.cli.session;

import org.openpks.cli.failure.NotLoggedIn;
import org.openpks.cli.http.Connections;
import org.openpks.cli.http.Exchange;
import org.openpks.cli.http.Trust;

/// Somebody with one access token and no session.
public record OneToken(ApiAddress api, Trust trust, String accessToken, Connections connections) implements Bearer {
    @Override
    public Exchange exchange() {
        return connections.to("PKS API", trust);
    }

    @Override
    public void renew() {
        throw new NotLoggedIn();
    }

    @Override
    public String toString() {
        return "OneToken[" + api + "]";
    }
}
