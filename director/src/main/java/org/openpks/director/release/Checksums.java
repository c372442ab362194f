package org.openpks.director.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// BOSH's multiple digests: `<40 hex>` is SHA-1, `sha256:<hex>` and `sha512:<hex>` say so; several stand with `;`
/// between.
final class Checksums {

    private Checksums() {}

    /// Whether the file has the strongest of the digests. A text without a digest that is known matches nothing.
    static boolean matches(Path file, String expected) throws IOException {
        var strongest = "";
        var algorithm = "";
        for (var one : expected.split(";")) {
            var text = one.strip();
            int colon = text.indexOf(':');
            var name = colon < 0 ? "sha1" : text.substring(0, colon);
            var java =
                    switch (name) {
                        case "sha1" -> "SHA-1";
                        case "sha256" -> "SHA-256";
                        case "sha512" -> "SHA-512";
                        default -> "";
                    };
            // Their Java names happen to sort by strength.
            if (java.compareTo(algorithm) > 0) {
                algorithm = java;
                strongest = text.substring(colon + 1);
            }
        }
        return !algorithm.isEmpty() && digest(file, algorithm).equalsIgnoreCase(strongest);
    }

    /// `sha256:<hex>` of the file.
    static String sha256(Path file) throws IOException {
        return "sha256:" + digest(file, "SHA-256");
    }

    private static String digest(Path file, String algorithm) throws IOException {
        try (var stream = Files.newInputStream(file)) {
            var digest = MessageDigest.getInstance(algorithm);
            var buffer = new byte[1 << 17];
            for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                digest.update(buffer, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no " + algorithm, e);
        }
    }
}
