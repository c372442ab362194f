package org.openpks.director.api;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.openpks.director.settings.DirectorSettings;
import org.springframework.stereotype.Component;

/// Who sends a request, by HTTP basic authentication.
@Component
class Callers {

    private static final String ATTRIBUTE = Callers.class.getName();

    private final DirectorSettings settings;

    Callers(DirectorSettings settings) {
        this.settings = settings;
    }

    /// The user whose name and password the request carries, or nothing.
    Optional<String> authenticate(HttpServletRequest request) {
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
        var known = settings.users().get(user);
        boolean same = MessageDigest.isEqual(digest(known == null ? "" : known), digest(pair.substring(colon + 1)));
        return same && known != null ? Optional.of(user) : Optional.empty();
    }

    void remember(HttpServletRequest request, String user) {
        request.setAttribute(ATTRIBUTE, user);
    }

    /// The user of a request that the front let through.
    static String of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof String user ? user : "";
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }
}
