package org.openpks.cli.session;

import java.net.URI;

/// How a user shows who it is.
public sealed interface Proof {

    /// A name and a password.
    record Password(String username, String password) implements Proof {
        @Override
        public String toString() {
            return "Password[" + username + "]";
        }
    }

    /// A one-time code of the UAA's page `/passcode`.
    record Passcode(String code) implements Proof {
        @Override
        public String toString() {
            return "Passcode[...]";
        }
    }

    /// An authorization code that a browser brought.
    /// @param redirect where it brought it to
    /// @param verifier of PKCE
    record Code(String code, URI redirect, String verifier) implements Proof {
        @Override
        public String toString() {
            return "Code[...]";
        }
    }
}
