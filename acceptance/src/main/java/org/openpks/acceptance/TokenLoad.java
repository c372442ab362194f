package org.openpks.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/// Posts one form to a UAA again and again, from a few callers at once over connections that stay open, as resource
/// servers do.
final class TokenLoad {

    private static final int CALLERS = 4;

    private final SSLSocketFactory sockets;
    private final String url;

    TokenLoad(SSLContext tls, String url) {
        this.sockets = tls.getSocketFactory();
        this.url = url;
    }

    /// @param perSecond answers in a second
    /// @param slowest the time in ms that 99 of 100 answers take at most
    record Result(double perSecond, double slowest) {}

    /// One answer; fails if it is not 200.
    String post(String path, String client, String secret, Map<String, String> form) {
        try {
            var connection = (HttpsURLConnection) URI.create(url + path).toURL().openConnection();
            connection.setSSLSocketFactory(sockets);
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setRequestProperty(
                    "Authorization",
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString((client + ":" + secret).getBytes(StandardCharsets.UTF_8)));
            connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
            var body = form.entrySet().stream()
                    .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
            try (var out = connection.getOutputStream()) {
                out.write(body.getBytes(StandardCharsets.UTF_8));
            }
            if (connection.getResponseCode() != 200) {
                throw new AssertionError(path + " answered " + connection.getResponseCode());
            }
            try (var in = connection.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Keeps on for a while.
    Result measure(Duration time, String path, String client, String secret, Map<String, String> form) {
        long end = System.nanoTime() + time.toNanos();
        Callable<List<Long>> caller = () -> {
            var times = new ArrayList<Long>();
            while (System.nanoTime() < end) {
                long begin = System.nanoTime();
                post(path, client, secret, form);
                times.add(System.nanoTime() - begin);
            }
            return times;
        };
        try (var threads = Executors.newFixedThreadPool(CALLERS)) {
            var callers = new ArrayList<Callable<List<Long>>>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(caller);
            }
            var all = new ArrayList<Long>();
            for (var done : threads.invokeAll(callers)) {
                all.addAll(done.get());
            }
            var sorted = all.stream().mapToLong(Long::longValue).toArray();
            Arrays.sort(sorted);
            return new Result(sorted.length / (time.toNanos() / 1e9), sorted[(int) (sorted.length * 0.99)] / 1e6);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
