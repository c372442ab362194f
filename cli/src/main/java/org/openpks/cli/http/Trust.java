package org.openpks.cli.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.failure.Failure;

/// Which servers to believe.
public sealed interface Trust {
    /// Those the machine's own list of CAs vouches for.
    record System() implements Trust {}

    /// Those that the given CA certificates vouch for.
    /// @param pem one or more certificates in PEM
    record Authority(String pem) implements Trust {
        public Authority {
            certificates(pem);
        }
    }

    /// Every server (`--skip-ssl-validation`).
    record Anyone() implements Trust {}

    /// The TLS set-up that follows from it.
    default SSLContext tls() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, managers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new Failure("This Java runtime cannot set up TLS: " + e.getMessage(), e);
        }
    }

    private TrustManager @Nullable [] managers() throws GeneralSecurityException, IOException {
        // Not a switch over the types: that costs 10 ms of every command when it is first met.
        if (this instanceof Authority authority) {
            return new TrustManager[] {new PrivateAuthority(chains(authority.pem()))};
        }
        return this instanceof Anyone ? new TrustManager[] {new AcceptAll()} : null;
    }

    private static X509TrustManager chains(String pem) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        for (var certificate : certificates(pem)) {
            store.setCertificateEntry("ca" + number++, certificate);
        }
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (var manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager chains) {
                return chains;
            }
        }
        throw new GeneralSecurityException("no manager for X.509");
    }

    private static List<X509Certificate> certificates(String pem) {
        try {
            var certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
            if (certificates.isEmpty()) {
                throw new Failure("The CA certificate holds no certificate in PEM form.");
            }
            return certificates.stream().map(X509Certificate.class::cast).toList();
        } catch (GeneralSecurityException e) {
            throw new Failure("The CA certificate is not a certificate in PEM form.", e);
        }
    }

    /// An extended manager on purpose: the plain interface would be wrapped by the JDK, which then checks host
    /// names.
    final class AcceptAll extends X509ExtendedTrustManager {
        private AcceptAll() {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
