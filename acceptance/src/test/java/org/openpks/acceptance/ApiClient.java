package org.openpks.acceptance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// A client that writes a number into a ConfigMap and reads it back, over and over, with the credentials of the
/// kubeconfig. A request is repeated at the masters in turn; it failed when none has taken it within [#PATIENCE].
final class ApiClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final List<String> masters;
    private final String token;
    private final HttpClient http;
    private final List<String> failures = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicInteger requests = new AtomicInteger();
    private final Thread thread;
    private int preferred;

    /// @param masters `https://ADDRESS:PORT`
    ApiClient(Product product, String cluster, List<String> masters) {
        this.masters = masters;
        this.token = kubeconfig(product, cluster, "{.users[0].user.token}");
        var authority = kubeconfig(product, cluster, "{.clusters[0].cluster.certificate-authority-data}");
        this.http = HttpClient.newBuilder()
                .sslContext(Product.trust(new String(Base64.getDecoder().decode(authority), StandardCharsets.US_ASCII)))
                .connectTimeout(Duration.ofSeconds(1))
                .build();
        if (send("POST", MAPS, "{\"metadata\":{\"name\":\"counter\"},\"data\":{\"n\":\"0\"}}")
                .isEmpty()) {
            throw new AssertionError("no master takes a ConfigMap");
        }
        this.thread = Thread.ofVirtual().start(this::count);
    }

    private static String kubeconfig(Product product, String cluster, String path) {
        return product.kubectl(cluster, "config", "view", "--raw", "--minify", "-o", "jsonpath=" + path)
                .ok()
                .out();
    }

    int requests() {
        return requests.get();
    }

    List<String> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    private void count() {
        for (int number = 1; !stopped.get(); number++) {
            var text = "\"n\":\"%d\"".formatted(number);
            check(send("PATCH", MAPS + "/counter", "{\"data\":{%s}}".formatted(text)), text);
            check(send("GET", MAPS + "/counter", ""), text);
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void check(Optional<String> answer, String text) {
        requests.incrementAndGet();
        if (!stopped.get() && !answer.orElse("").contains(text)) {
            synchronized (failures) {
                failures.add("%s: wanted %s, got %s".formatted(Instant.now(), text, answer));
            }
        }
    }

    private Optional<String> send(String method, String path, String body) {
        var deadline = Instant.now().plus(PATIENCE);
        do {
            try {
                var request = HttpRequest.newBuilder(URI.create(masters.get(preferred) + path))
                        .timeout(TIMEOUT)
                        .header("Authorization", "Bearer " + token)
                        .header(
                                "Content-Type",
                                method.equals("PATCH") ? "application/merge-patch+json" : "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
                var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() < 300) {
                    return Optional.of(response.body().replace(" ", ""));
                }
            } catch (IOException ignored) {
                // The next master tells.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
            preferred = (preferred + 1) % masters.size();
        } while (Instant.now().isBefore(deadline));
        return Optional.empty();
    }

    @Override
    public void close() {
        stopped.set(true);
        try {
            thread.join(PATIENCE.multipliedBy(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
