package org.openpks.adapter;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManagerFactory;
import org.openpks.kernel.CertificateAuthority;

/// The part of a cluster's API that bindings use, over TLS with client certificates. Objects are kept by path.
final class FakeClusterApi implements AutoCloseable {

    static final String TOKEN = "token-of-the-binding";

    final CertificateAuthority authority = CertificateAuthority.create(
            "kubernetes", CertificateAuthority.ec(), Duration.ofDays(1), InstantSource.system());
    final SortedMap<String, String> objects = new ConcurrentSkipListMap<>();
    final List<String> users = new CopyOnWriteArrayList<>();
    volatile int failWith;

    private final HttpsServer server;

    FakeClusterApi() throws IOException, GeneralSecurityException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        var context = context();
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                var tls = context.getDefaultSSLParameters();
                tls.setNeedClientAuth(true);
                parameters.setSSLParameters(tls);
            }
        });
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /// The secrets as a broker hands them over: parts of variables by path.
    Map<String, Object> secrets() {
        var admin = authority.issue(
                new CertificateAuthority.Leaf(
                        "admin", List.of("system:masters"), List.of(), false, true, Duration.ofDays(1)),
                CertificateAuthority.ec());
        return Map.of(
                "((/openpks/service-instance_1/tls-kubernetes-admin))",
                Map.of(
                        "ca", authority.certificatePem(),
                        "certificate", admin.certificatePem(),
                        "private_key", admin.keyPem()));
    }

    private SSLContext context() throws GeneralSecurityException, IOException {
        var own = authority.issue(
                new CertificateAuthority.Leaf(
                        "kube-apiserver", List.of(), List.of("127.0.0.1"), true, false, Duration.ofDays(1)),
                CertificateAuthority.ec());
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("server", own.key(), new char[0], new Certificate[] {own.certificate()});
        var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, new char[0]);
        var roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry("ca", authority.certificate());
        var trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(roots);
        var context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            users.add(user(exchange));
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var path = exchange.getRequestURI().getPath();
            int status = 200;
            var text = "{}";
            if (failWith != 0) {
                status = failWith;
                text = "{\"message\":\"the cluster is not well\"}";
            } else {
                switch (exchange.getRequestMethod()) {
                    case "GET" -> {
                        status = objects.containsKey(path) ? 200 : 404;
                        text = objects.getOrDefault(path, "{}");
                    }
                    case "PATCH" -> objects.put(path, body);
                    case "POST" -> text = "{\"status\":{\"token\":\"" + TOKEN + "\"}}";
                    case "DELETE" -> status = objects.remove(path) == null ? 404 : 200;
                    default -> status = 405;
                }
            }
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String user(HttpExchange exchange) {
        try {
            return ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException e) {
            return "anonymous";
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
