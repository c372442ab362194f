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

/// A client that asks an address over and over, each time on a new connection, with one retry, and keeps what went
/// wrong.
final class Client implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final List<String> failures = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread;
    private final AtomicInteger answers = new AtomicInteger();

    /// @param urls tried in turn; the request failed when none answers
    Client(List<String> urls) {
        thread = Thread.ofVirtual().start(() -> ask(urls));
    }

    int answers() {
        return answers.get();
    }

    List<String> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    private void ask(List<String> urls) {
        while (!stopped.get()) {
            if (urls.stream().noneMatch(Client::answers) && !stopped.get()) {
                synchronized (failures) {
                    failures.add(Instant.now() + " nobody of " + urls + " answered");
                }
            } else {
                answers.incrementAndGet();
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static boolean answers(String url) {
        for (int attempt = 0; attempt < 2; attempt++) {
            try (var http = HttpClient.newBuilder()
                    .connectTimeout(Duration.ofSeconds(1))
                    .build()) {
                var request = HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofSeconds(2))
                        .build();
                if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return true;
                }
            } catch (IOException ignored) {
                // The next attempt tells.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    @Override
    public void close() {
        stopped.set(true);
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
