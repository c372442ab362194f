package org.openpks.uaa.policy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/// Random tokens, and the SHA-256 digests under which they are stored: what lies in the database opens nothing.
public final class Digests {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Digests() {}

    /// 128 random bits, as 32 hexadecimal characters.
    public static String random() {
        var bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// 64 hexadecimal characters.
    public static String hash(String text) {
        return HexFormat.of().formatHex(sha256(text));
    }

    public static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }
}
