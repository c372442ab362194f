package org.openpks.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// HTTP clients that trust exactly the authorities they are given.
public final class TlsClients {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private TlsClients() {}

    /// A client for servers whose certificate one of the PEM authorities signed. It follows no redirect, because
    /// our protocols give redirects a meaning.
    public static HttpClient trusting(String authoritiesPem) {
        return HttpClient.newBuilder()
                .sslContext(context(authoritiesPem))
                .connectTimeout(CONNECT_TIMEOUT)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /// The same for the authorities in a file.
    /// @throws UncheckedIOException naming the file that cannot be read
    public static HttpClient trusting(Path authorities) {
        try {
            return trusting(Files.readString(authorities));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the authority's certificate in " + authorities, e);
        }
    }

    public static SSLContext context(String authoritiesPem) {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int index = 0;
            for (var certificate : Pem.certificates(authoritiesPem)) {
                store.setCertificateEntry("ca" + index++, certificate);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot build a TLS context", e);
        }
    }
}
