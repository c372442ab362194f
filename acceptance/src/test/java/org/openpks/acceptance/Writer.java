package org.openpks.acceptance;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A client that changes an object of a cluster once per 50 ms, on a connection that it keeps, and asks again when a
/// request fails. It measures the time from one write that succeeded to the next.
final class Writer implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(50);
    /// Of one write with all its attempts.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String server;
    private final String token;
    private final HttpClient http;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicLong longestGap = new AtomicLong();
    private final List<String> failures = new ArrayList<>();
    private final Thread thread;

    /// @param authority PEM
    Writer(String server, String token, byte[] authority) {
        this.server = server;
        this.token = token;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(1))
                .sslContext(trusting(authority))
                .build();
        this.thread = Thread.ofVirtual().start(this::write);
    }

    private static SSLContext trusting(byte[] authority) {
        try {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "ca",
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(authority)));
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    int writes() {
        return writes.get();
    }

    Duration longestGap() {
        return Duration.ofNanos(longestGap.get());
    }

    /// Writes that did not succeed within their attempts.
    List<String> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    private void write() {
        long before = System.nanoTime();
        while (!stopped.get()) {
            if (succeeds(writes.get())) {
                long now = System.nanoTime();
                long gap = now - before;
                longestGap.accumulateAndGet(gap, Math::max);
                before = now;
                writes.incrementAndGet();
            }
            if (!pause()) {
                return;
            }
        }
    }

    private boolean succeeds(int number) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        var problems = new ArrayList<String>();
        while (System.nanoTime() < deadline && !stopped.get()) {
            var problem = attempt(number);
            if (problem.isEmpty()) {
                return true;
            }
            problems.add(Instant.now() + " " + problem);
            if (!pause()) {
                return false;
            }
        }
        if (!stopped.get()) {
            synchronized (failures) {
                failures.add(String.join("; ", problems));
            }
        }
        return false;
    }

    /// @return empty when it worked
    private String attempt(int number) {
        var request = HttpRequest.newBuilder(
                        URI.create(server + "/api/v1/namespaces/default/configmaps/written?fieldManager=test"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/merge-patch+json")
                .timeout(Duration.ofSeconds(1))
                .method(
                        "PATCH",
                        HttpRequest.BodyPublishers.ofString("{\"data\":{\"number\":\"%d\"}}".formatted(number)))
                .build();
        try {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? "" : answer.statusCode() + " " + answer.body();
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Override
    public void close() {
        stopped.set(true);
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
