package org.openpks.cli.session;

import java.net.URI;
import org.openpks.cli.http.Trust;

/// A log-in: where, who, and the tokens.
public record Session(ApiAddress api, URI uaa, Trust trust, String username, Tokens tokens) {
    Session with(Tokens fresh) {
        return new Session(api, uaa, trust, username, fresh);
    }
}
