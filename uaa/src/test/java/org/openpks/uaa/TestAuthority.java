package org.openpks.uaa;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.openpks.kernel.CertificateAuthority;

/// A certificate authority for servers on this machine.
final class TestAuthority {

    private final CertificateAuthority authority = CertificateAuthority.create(
            "test-ca", CertificateAuthority.ec(), Duration.ofDays(1), InstantSource.system());

    String pem() {
        return authority.certificatePem();
    }

    /// What a server named `localhost` shows.
    SSLContext server() {
        try {
            var issued = authority.issue(
                    new CertificateAuthority.Leaf(
                            "localhost", List.of(), List.of("localhost"), true, false, Duration.ofDays(1)),
                    CertificateAuthority.ec());
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", issued.key(), new char[0], new Certificate[] {issued.certificate()});
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }
}
