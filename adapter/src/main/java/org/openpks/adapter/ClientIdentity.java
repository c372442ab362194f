package org.openpks.adapter;

import java.io.IOException;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.openpks.kernel.Pem;

/// A certificate and its key (PEM), by which a client proves who it is.
record ClientIdentity(String certificate, String key) {

    /// A client that trusts only the given authority.
    HttpClient client(String authority, Duration connectTimeout) {
        try {
            var keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "client",
                    Pem.privateKey(key),
                    new char[0],
                    Pem.certificates(certificate).toArray(Certificate[]::new));
            var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(keys, new char[0]);

            var roots = KeyStore.getInstance("PKCS12");
            roots.load(null, null);
            int index = 0;
            for (var root : Pem.certificates(authority)) {
                roots.setCertificateEntry("ca" + index++, root);
            }
            var trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trustManagers.init(roots);

            var context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
            return HttpClient.newBuilder()
                    .sslContext(context)
                    .connectTimeout(connectTimeout)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot build a TLS context", e);
        }
    }

    @Override
    public String toString() {
        return "ClientIdentity[]";
    }
}
