package org.openpks.cli.http;

import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLParameters;

/// The HTTP clients of one command. Closed at its end, because the JVM waits 0.3 s for a client's thread otherwise.
public final class Connections implements AutoCloseable {
    static final Duration CONNECT = Duration.ofSeconds(4);

    /// Which key exchanges are offered.
    enum Offer {
        /// X25519 alone: without compiled code the keys of a second curve cost more than the rest of the handshake.
        QUICK,
        /// All that the JDK has, for servers that refuse the quick offer.
        FULL
    }

    private record Key(Trust trust, Offer offer) {}

    private final Map<Key, HttpClient> clients = new HashMap<>();

    /// A way to talk to servers.
    /// @param server what the messages call the server, as in "PKS API"
    public Exchange to(String server, Trust trust) {
        return new Exchange(server, trust, this);
    }

    HttpClient client(Trust trust, Offer offer) {
        return clients.computeIfAbsent(new Key(trust, offer), Connections::build);
    }

    private static HttpClient build(Key key) {
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .sslContext(key.trust().tls());
        if (key.offer() == Offer.QUICK) {
            var parameters = new SSLParameters();
            parameters.setNamedGroups(new String[] {"x25519"});
            builder.sslParameters(parameters);
        }
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
