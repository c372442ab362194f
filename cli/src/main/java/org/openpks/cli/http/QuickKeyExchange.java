package org.openpks.cli.http;

import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Leaves X25519 alone of the groups for key exchange: without compiled code the keys of a second curve, which TLS
/// sends along on suspicion, cost more than the rest of the handshake. The groups of `SSLParameters` would say the
/// same, but the JDK's HTTP client drops them (`Utils.copySSLParameters` of JDK 25); constraints it hands on. They
/// take away the signatures on the other curves too, so a server with several certificates may show another one.
final class QuickKeyExchange implements AlgorithmConstraints {
    @Override
    public boolean permits(
            Set<CryptoPrimitive> primitives, String algorithm, @Nullable AlgorithmParameters parameters) {
        return !primitives.contains(CryptoPrimitive.KEY_AGREEMENT) || !isOtherGroup(algorithm);
    }

    @Override
    public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
        return true;
    }

    @Override
    public boolean permits(
            Set<CryptoPrimitive> primitives, String algorithm, Key key, @Nullable AlgorithmParameters parameters) {
        return true;
    }

    /// By the names of RFC 8446, section 4.2.7, in Java's spelling.
    private static boolean isOtherGroup(String name) {
        return name.startsWith("secp") || name.startsWith("sect") || name.startsWith("ffdhe") || name.equals("x448");
    }
}
