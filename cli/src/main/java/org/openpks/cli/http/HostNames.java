package org.openpks.cli.http;

import java.net.InetAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Whether a certificate is made out to a host, by the subject alternative names as RFC 9525 has it: an exact name,
/// a name with `*` as its whole first label, or an address. The common name does not count.
final class HostNames {
    private static final int DNS = 2;
    private static final int ADDRESS = 7;
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

    private HostNames() {}

    static void check(@Nullable String host, X509Certificate certificate) throws CertificateException {
        if (host == null || host.isEmpty() || !isFor(host, certificate)) {
            throw new CertificateException("the certificate is not for this host");
        }
    }

    private static boolean isFor(String host, X509Certificate certificate) throws CertificateException {
        var bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (LITERAL.matcher(bare).matches()) {
            var address = address(bare);
            return address.isPresent() && names(certificate, ADDRESS).anyMatch(name -> address.equals(address(name)));
        }
        return names(certificate, DNS).anyMatch(name -> matches(bare, name));
    }

    private static Stream<String> names(X509Certificate certificate, int kind) throws CertificateException {
        var names = certificate.getSubjectAlternativeNames();
        return names == null
                ? Stream.empty()
                : names.stream()
                        .filter(name -> Objects.equals(name.get(0), kind) && name.get(1) instanceof String)
                        .map(name -> (String) name.get(1));
    }

    /// `*.example.com` stands for one label in front of a name that itself has two or more.
    static boolean matches(String host, String pattern) {
        var name = host.toLowerCase(Locale.ROOT);
        var wanted = pattern.toLowerCase(Locale.ROOT);
        if (!wanted.startsWith("*.")) {
            return name.equals(wanted);
        }
        var parent = wanted.substring(2);
        int dot = name.indexOf('.');
        return dot > 0 && name.substring(dot + 1).equals(parent) && parent.indexOf('.') > 0 && parent.indexOf('*') < 0;
    }

    /// The address itself, so that its spelling does not matter; no name is ever looked up.
    private static Optional<InetAddress> address(String literal) {
        try {
            return Optional.of(InetAddress.ofLiteral(literal));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
