package org.openpks.uaa.policy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.stereotype.Component;

/// Hashes of passwords and client secrets: bcrypt with 2^10 rounds, some 50 to 100 ms on one core.
///
/// The empty secret is stored as the empty text and costs nothing: there is nothing to guess.
@Component
public class Passwords {

    /// Stands for a user or client that does not exist. Comparing with it takes as long as with a real hash, so
    /// that the time of the answer does not tell which names exist.
    public static final String NONE = "none";

    /// bcrypt reads no further than this.
    private static final int BCRYPT_BYTES = 72;

    private final BCryptPasswordEncoder encoder = new BCryptPasswordEncoder();
    private final String decoy = hash("a password that nobody has");

    public final String hash(String password) {
        return password.isEmpty() ? "" : String.valueOf(encoder.encode(fitting(password)));
    }

    public boolean matches(String given, String hash) {
        if (hash.isEmpty()) {
            return given.isEmpty();
        }
        if (hash.equals(NONE)) {
            encoder.matches(fitting(given), decoy);
            return false;
        }
        return encoder.matches(fitting(given), hash);
    }

    /// Longer passwords count whole: their digest stands for them.
    private static String fitting(String password) {
        if (password.getBytes(StandardCharsets.UTF_8).length <= BCRYPT_BYTES) {
            return password;
        }
        return Base64.getEncoder().encodeToString(Digests.sha256(password));
    }
}
