package org.openpks.uaa.token;

import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.stereotype.Component;

/// Hashes of passwords and client secrets: bcrypt with 2^10 rounds, some 50 to 100 ms on one core.
///
/// The empty secret is stored as the empty text and costs nothing: there is nothing to guess.
@Component
public class Passwords {

    /// Stands for a user or client that does not exist. Comparing with it takes as long as with a real hash, so
    /// that the time of the answer does not tell which names exist.
    static final String NONE = "none";

    private final BCryptPasswordEncoder encoder = new BCryptPasswordEncoder();
    private final String decoy = hash("a password that nobody has");

    public final String hash(String password) {
        return password.isEmpty() ? "" : String.valueOf(encoder.encode(password));
    }

    public boolean matches(String given, String hash) {
        if (hash.isEmpty()) {
            return given.isEmpty();
        }
        if (hash.equals(NONE)) {
            encoder.matches(given, decoy);
            return false;
        }
        return encoder.matches(given, hash);
    }
}
