package org.openpks.director.access;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The Director's own users, by HTTP basic authentication.
final class LocalUsers implements Callers {

    private final Map<String, String> passwords;

    /// @param passwords by user name
    LocalUsers(Map<String, String> passwords) {
        this.passwords = passwords;
    }

    @Override
    public Optional<Caller> authenticate(HttpServletRequest request) {
        var header = request.getHeader("Authorization");
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith("basic ")) {
            return Optional.empty();
        }
        String pair;
        try {
            pair = new String(
                    Base64.getDecoder()
                            .decode(header.substring("basic ".length()).strip()),
                    StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int colon = pair.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        var user = pair.substring(0, colon);
        // An unknown name costs as much time as a wrong password.
        var known = passwords.get(user);
        boolean same = MessageDigest.isEqual(digest(known == null ? "" : known), digest(pair.substring(colon + 1)));
        return same && known != null ? Optional.of(Caller.administrator(user)) : Optional.empty();
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }
}
