package org.openpks.director.variable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// The `$6$` password hash of crypt(3), which BOSH machines take for their users.
final class Sha512Crypt {

    private static final String ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ROUNDS = 5000;
    private static final int DIGEST = 64;

    private Sha512Crypt() {}

    /// @param salt at most 16 characters out of the alphabet
    static String hash(String password, String salt) {
        var key = password.getBytes(StandardCharsets.UTF_8);
        var salted = salt.getBytes(StandardCharsets.US_ASCII);

        var other = digest();
        other.update(key);
        other.update(salted);
        other.update(key);
        var alternate = other.digest();

        var first = digest();
        first.update(key);
        first.update(salted);
        first.update(repeated(alternate, key.length));
        for (int length = key.length; length > 0; length >>= 1) {
            first.update((length & 1) != 0 ? alternate : key);
        }
        var result = first.digest();

        var keyDigest = digest();
        for (int i = 0; i < key.length; i++) {
            keyDigest.update(key);
        }
        var keyBytes = repeated(keyDigest.digest(), key.length);

        var saltDigest = digest();
        for (int i = 0; i < 16 + (result[0] & 0xff); i++) {
            saltDigest.update(salted);
        }
        var saltBytes = repeated(saltDigest.digest(), salted.length);

        for (int round = 0; round < ROUNDS; round++) {
            var digest = digest();
            digest.update((round & 1) != 0 ? keyBytes : result);
            if (round % 3 != 0) {
                digest.update(saltBytes);
            }
            if (round % 7 != 0) {
                digest.update(keyBytes);
            }
            digest.update((round & 1) != 0 ? result : keyBytes);
            result = digest.digest();
        }
        return "$6$" + salt + "$" + encode(result);
    }

    private static byte[] repeated(byte[] block, int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = block[i % block.length];
        }
        return bytes;
    }

    /// Three bytes give four characters; which three is the algorithm's own order.
    private static String encode(byte[] digest) {
        var text = new StringBuilder();
        int a = 0;
        int b = 21;
        int c = 42;
        for (int i = 0; i < 21; i++) {
            append(text, digest[a], digest[b], digest[c], 4);
            int next = a;
            a = b + 1;
            b = c + 1;
            c = next + 1;
        }
        append(text, (byte) 0, (byte) 0, digest[DIGEST - 1], 2);
        return text.toString();
    }

    private static void append(StringBuilder text, byte high, byte middle, byte low, int count) {
        int bits = ((high & 0xff) << 16) | ((middle & 0xff) << 8) | (low & 0xff);
        for (int i = 0; i < count; i++) {
            text.append(ALPHABET.charAt(bits & 0x3f));
            bits >>= 6;
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no SHA-512", e);
        }
    }

    static boolean matches(String password, String hash) {
        var parts = hash.split("\\$", -1);
        return parts.length == 4
                && MessageDigest.isEqual(
                        hash(password, parts[2]).getBytes(StandardCharsets.US_ASCII),
                        hash.getBytes(StandardCharsets.US_ASCII))
                && Arrays.asList(parts).get(1).equals("6");
    }
}
