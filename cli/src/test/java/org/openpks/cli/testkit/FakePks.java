package org.openpks.cli.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLParameters;

/// A PKS API and UAA behind one TLS port, giving recorded answers. Several answers to one request are given in
/// turn, the last one for ever.
public final class FakePks implements AutoCloseable {
    /// What was asked.
    /// @param authorization the header of that name, or empty
    public record Request(String line, String authorization, String contentType, String body) {}

    /// What is answered.
    public record Reply(int status, String contentType, String body) {
        public static Reply json(int status, String body) {
            return new Reply(status, "application/json", body);
        }

        public static Reply refusal(int status, String sentence) {
            return json(status, "{\"body\":\"" + sentence + "\"}");
        }

        public static Reply html(int status) {
            return new Reply(status, "text/html;charset=utf-8", "<html><body>Bad Gateway</body></html>");
        }

        /// The connection ends without an answer.
        public static Reply none() {
            return new Reply(NO_STATUS, "", "");
        }

        public static Reply empty(int status) {
            return new Reply(status, "application/json", "");
        }
    }

    private static final int NO_STATUS = 0;

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Queue<Reply>> replies = new ConcurrentHashMap<>();
    private volatile Reply otherwise = Reply.empty(404);
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    public FakePks() {
        this(Keys.LOCALHOST);
    }

    public FakePks(Keys keys, String... namedGroups) {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(keys.tls()) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
                if (namedGroups.length > 0) {
                    ssl.setNamedGroups(namedGroups);
                }
                parameters.setSSLParameters(ssl);
            }
        });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        on("POST /oauth/token", Reply.json(200, tokens(token(600), "refresh-1")));
    }

    /// Sets the answers to a request, as in `GET /v1/plans`.
    public FakePks on(String request, Reply... answers) {
        replies.put(request, new ArrayDeque<>(List.of(answers)));
        return this;
    }

    /// Sets the answer to all requests that have none of their own.
    public FakePks otherwise(Reply answer) {
        otherwise = answer;
        return this;
    }

    /// All requests so far.
    public List<Request> requests() {
        return requests;
    }

    /// The requests to one method and path.
    public List<Request> requests(String line) {
        return requests.stream().filter(request -> request.line().equals(line)).toList();
    }

    public String address() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /// An answer of the token endpoint.
    public static String tokens(String access, String refresh) {
        return "{\"access_token\":\"%s\",\"token_type\":\"bearer\",\"refresh_token\":\"%s\",\"expires_in\":599}"
                .formatted(access, refresh);
    }

    /// A token that ends so many seconds after the instant at which the tests play.
    public static String token(long seconds) {
        return token("alana", seconds);
    }

    /// The same for another user.
    public static String token(String user, long seconds) {
        var claims = "{\"user_name\":\"%s\",\"scope\":[\"openid\",\"pks.clusters.admin\"],\"exp\":%d}"
                .formatted(user, PksRun.NOW.getEpochSecond() + seconds);
        return "e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".c2ln";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(new Request(line, header(exchange, "Authorization"), header(exchange, "Content-Type"), body));
            var reply = next(line);
            if (reply.status() == NO_STATUS) {
                return;
            }
            var bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", reply.contentType());
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Reply next(String line) {
        var queue = replies.get(line);
        if (queue == null) {
            return otherwise;
        }
        synchronized (queue) {
            return queue.size() > 1 ? queue.remove() : queue.element();
        }
    }

    private static String header(HttpExchange exchange, String name) {
        var value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
