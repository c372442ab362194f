package org.openpks.uaa.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.openpks.uaa.policy.Passwords;
import org.springframework.stereotype.Component;

/// Checks client secrets.
///
/// A secret that matched once is remembered in this process by a keyed digest, so that a resource server that
/// asks `/check_token` a thousand times a second does not pay for bcrypt each time. The digest belongs to one
/// stored hash: a changed secret is noticed at once, and the key never leaves the memory.
@Component
public class ClientSecrets {

    private static final int REMEMBERED = 1_000;

    private final Passwords passwords;
    private final Map<String, byte[]> verified = new ConcurrentHashMap<>();
    private final SecretKeySpec key;

    ClientSecrets(Passwords passwords) {
        this.passwords = passwords;
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, "HmacSHA256");
    }

    /// Takes as long for a client that does not exist as for a wrong secret.
    public boolean match(Optional<Client> client, String given) {
        var hashes = client.map(Client::secretHashes).orElse(List.of());
        if (hashes.isEmpty()) {
            return passwords.matches(given, Passwords.NONE);
        }
        return hashes.stream().anyMatch(hash -> matches(given, hash));
    }

    private boolean matches(String given, String hash) {
        if (hash.isEmpty()) {
            return given.isEmpty();
        }
        var digest = digest(given);
        var known = verified.get(hash);
        if (known != null) {
            // Nearly all callers come this way; a wrong secret still pays for bcrypt below.
            if (MessageDigest.isEqual(known, digest)) {
                return true;
            }
        }
        if (!passwords.matches(given, hash)) {
            return false;
        }
        if (verified.size() >= REMEMBERED) {
            verified.clear();
        }
        verified.put(hash, digest);
        return true;
    }

    private byte[] digest(String given) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(given.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no HMAC-SHA-256", e);
        }
    }
}
