package org.openpks.acceptance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLHandshakeException;

/// A client that changes an object of a cluster once per 50 ms, on a connection that it keeps, and asks again when a
/// request fails. It measures the time from one write that succeeded to the next. Where the server shows a certificate
/// of an authority that it does not know, it asks whom to trust now, as a person fetches credentials again.
final class Writer implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(50);
    /// Of one write with all its attempts.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String server;
    private final String token;
    private final Supplier<String> authority;
    private volatile HttpClient http;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicLong longestGap = new AtomicLong();
    private final List<String> failures = new ArrayList<>();
    private final Thread thread;

    /// @param authority whom to trust, PEM
    Writer(String server, String token, Supplier<String> authority) {
        this.server = server;
        this.token = token;
        this.authority = authority;
        this.http = client();
        this.thread = Thread.ofVirtual().start(this::write);
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
            if (e instanceof SSLHandshakeException) {
                learn();
            }
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(1))
                .sslContext(Product.trust(authority.get()))
                .build();
    }

    private void learn() {
        var before = http;
        try {
            http = client();
            before.close();
        } catch (RuntimeException | AssertionError ignored) {
            // The next attempt tells.
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
