package org.openpks.cli.http;

import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.openpks.cli.failure.Failure;

/// The HTTP clients of one command. Closed at its end, because the JVM waits 0.3 s for a client's thread otherwise.
public final class Connections implements AutoCloseable {
    static final Duration CONNECT = Duration.ofSeconds(4);

    /// Which key exchanges are offered.
    enum Offer {
        /// X25519 alone, see [QuickKeyExchange].
        QUICK,
        /// All that the JDK has, for servers that refuse the quick offer.
        FULL;

        SSLParameters parameters() {
            var parameters = new SSLParameters();
            if (this == QUICK) {
                parameters.setAlgorithmConstraints(new QuickKeyExchange());
            }
            return parameters;
        }
    }

    private record Key(Trust trust, Offer offer) {}

    private final Map<Key, HttpClient> clients = new HashMap<>();

    /// Gets TLS ready on another thread, by beginning a handshake with nobody: the JDK loads and tries out its
    /// ciphers, curves and signatures for the first greeting, which takes longer than reading a command line.
    public void warmUp() {
        Thread.ofPlatform().name("warm-up").daemon().start(() -> {
            try {
                var engine = new Trust.Anyone().tls().createSSLEngine();
                engine.setUseClientMode(true);
                engine.setSSLParameters(Offer.QUICK.parameters());
                engine.wrap(
                        ByteBuffer.allocate(0),
                        ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
            } catch (SSLException | Failure ignored) {
                // The real handshake will tell it, to somebody who can act on it.
            }
        });
    }

    /// A way to talk to servers.
    /// @param server what the messages call the server, as in "PKS API"
    public Exchange to(String server, Trust trust) {
        return new Exchange(
                server,
                trust,
                this,
                Offer.QUICK,
                "Log in with 'pks login --ca-cert PATH', PATH being the CA's certificate, or with -k to skip the check.");
    }

    /// A way to talk to the Kubernetes API of a cluster. Its certificate is on a curve that the quick offer leaves out.
    public Exchange toCluster(Trust trust) {
        return new Exchange(
                "Kubernetes API",
                trust,
                this,
                Offer.FULL,
                "The cluster may have a new CA: run 'pks get-credentials' with --exec again.");
    }

    HttpClient client(Trust trust, Offer offer) {
        return clients.computeIfAbsent(new Key(trust, offer), Connections::build);
    }

    private static HttpClient build(Key key) {
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .sslContext(key.trust().tls())
                .sslParameters(key.offer().parameters());
        // The default proxy selector loads a lot to find nothing; a proxy is taken from https.proxyHost only.
        builder.proxy(
                System.getProperty("https.proxyHost") == null
                        ? HttpClient.Builder.NO_PROXY
                        : ProxySelector.getDefault());
        return builder.build();
    }

    @Override
    public void close() {
        clients.values().forEach(HttpClient::shutdownNow);
        clients.values().forEach(HttpClient::close);
        clients.clear();
    }
}
