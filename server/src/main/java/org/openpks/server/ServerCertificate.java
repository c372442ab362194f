package org.openpks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openpks.kernel.CertificateAuthority;
import org.openpks.kernel.Pem;
import org.openpks.kernel.SecretFiles;

/// The product's own authority and the one server certificate that its parts share.
///
/// RSA, because the bosh CLI speaks TLS 1.2 with RSA suites alone (bosh-utils, `tlsconfig`). The certificate is
/// made again when a name is missing or fewer than thirty days are left; the authority stays for ten years, so
/// clients keep trusting it.
record ServerCertificate(Path authority, Path certificate, Path key) {

    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration LIFE = Duration.ofDays(730);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    static ServerCertificate ensure(Home home, String hostname, InstantSource clock) {
        var paths = new ServerCertificate(home.tls("ca.pem"), home.tls("server.pem"), home.tls("server-key.pem"));
        var names = Stream.of("localhost", "127.0.0.1", hostname).distinct().toList();
        try {
            var authority = authority(home, clock);
            if (!paths.usable(names, clock)) {
                var issued = authority.issue(
                        new CertificateAuthority.Leaf(hostname, List.of(), names, true, false, LIFE),
                        CertificateAuthority.rsa(2048));
                SecretFiles.write(paths.key(), issued.keyPem());
                SecretFiles.write(paths.certificate(), issued.certificatePem());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare the certificates below " + home.root(), e);
        }
        return paths;
    }

    private static CertificateAuthority authority(Home home, InstantSource clock) throws IOException {
        var certificate = home.tls("ca.pem");
        var key = home.tls("ca-key.pem");
        if (Files.exists(certificate) && Files.exists(key)) {
            return CertificateAuthority.of(Files.readString(certificate), Files.readString(key), clock);
        }
        var made = CertificateAuthority.create("OpenPKS CA", CertificateAuthority.rsa(2048), AUTHORITY_LIFE, clock);
        SecretFiles.write(key, Pem.encode(made.key()));
        SecretFiles.write(certificate, made.certificatePem());
        return made;
    }

    private boolean usable(List<String> names, InstantSource clock) throws IOException {
        if (!Files.exists(certificate) || !Files.exists(key)) {
            return false;
        }
        var current = Pem.certificates(Files.readString(certificate)).getFirst();
        try {
            var alternatives = current.getSubjectAlternativeNames();
            var present = alternatives == null
                    ? new TreeSet<String>()
                    : alternatives.stream()
                            .map(item -> String.valueOf(item.get(1)))
                            .collect(Collectors.toCollection(TreeSet::new));
            return present.containsAll(names)
                    && current.getNotAfter().toInstant().isAfter(clock.instant().plus(RENEW_BEFORE));
        } catch (CertificateParsingException e) {
            return false;
        }
    }
}
