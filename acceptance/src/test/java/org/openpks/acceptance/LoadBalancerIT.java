package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two control planes over one database and one Director, behind one address: an HAProxy. One of them is killed at a
/// time, and nobody who uses the product notices.
class LoadBalancerIT {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String CLUSTER = "shared";

    @TempDir
    static Path files;

    private static final List<Product> started = new ArrayList<>();
    private static final List<Product> planes = new ArrayList<>();
    private static Process balancer;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        try {
            var base = Product.started(
                    new Product.Place(Path.of("/var/lib/openpks-base"), "opksba", "opa", 181, 98),
                    "parts: [director]\n");
            started.add(base);
            var open = Product.freePorts(2);
            var settings = """
                    parts: [uaa, api, broker]
                    public_ports: {uaa: %d, api: %d}
                    database: {url: "jdbc:mariadb://127.0.0.1:%d", ca_file: %s, user: openpks, password_file: %s}
                    """.formatted(
                                    open.get(0),
                                    open.get(1),
                                    base.ports().database(),
                                    base.home().resolve("tls/ca.pem"),
                                    DirectorElsewhere.secretFile(
                                            files.resolve("database-password"), base.secret("database_password")))
                    + new DirectorElsewhere(base, false, files).settings();
            for (int i = 0; i < 2; i++) {
                var plane = Product.beside(
                        base,
                        new Product.Place(Path.of("/var/lib/openpks-plane" + i), "opksp" + i, "oq" + i, 182 + i, 99),
                        settings);
                started.add(plane);
                planes.add(plane);
            }
            balancer = balancer(open);
            Eventually.holds(SOON, "the balancer answers", () -> balanced() == 401);
            planes.getFirst().login();
        } catch (IOException | RuntimeException | AssertionError e) {
            stop();
            throw e;
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (balancer != null) {
            balancer.destroy();
            balancer.waitFor();
        }
        AssertionError failure = null;
        for (var product : started.reversed()) {
            try {
                product.close();
            } catch (AssertionError e) {
                failure = e;
            }
        }
        started.clear();
        planes.clear();
        if (failure != null) {
            throw failure;
        }
    }

    @Test
    void goesOnWhileOneControlPlaneAfterTheOtherDies() throws IOException, InterruptedException {
        var user = planes.getFirst();
        var token = user.token();
        try (var caller = new Caller(token)) {
            var create =
                    waiting("create", "create-cluster", CLUSTER, "-e", "shared.example.com", "-p", "small", "-n", "1");
            killTheOneThatTook("create-cluster", "create", caller);
            assertThat(ended(create)).as(printed("create")).isZero();
            assertThat(user.api("/v1/clusters/" + CLUSTER)
                            .path("last_action_state")
                            .asString())
                    .isEqualTo("succeeded");

            // The token is of one control plane, and the other takes it; so it is with the refresh token.
            user.login();
            bothRun();
            var resize = waiting("resize", "resize", CLUSTER, "-n", "2");
            killTheOneThatTook("update-cluster", "resize", caller);
            assertThat(ended(resize)).as(printed("resize")).isZero();
            user.pks("get-credentials", CLUSTER).ok();
            assertThat(user.readyNodes(CLUSTER)).hasSize(2);

            bothRun();
            assertThat(caller.failures()).isEmpty();
            assertThat(caller.answers()).isGreaterThan(100);
        } finally {
            bothRun();
            user.pks("delete-cluster", CLUSTER, "--wait", "--non-interactive").ok();
        }
    }

    private static Process waiting(String name, String... words) throws IOException {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--wait", "--non-interactive"));
        return planes.getFirst()
                .command("bin/pks", all.toArray(String[]::new))
                .start(files.resolve(name + ".out"), files.resolve(name + ".err"));
    }

    private static int ended(Process process) throws InterruptedException {
        if (!process.waitFor(LONG.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
            return -1;
        }
        return process.exitValue();
    }

    private static String printed(String name) {
        try {
            return Files.readString(files.resolve(name + ".out")) + Files.readString(files.resolve(name + ".err"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Kills the control plane that accepted the request, which is the one that works on it, as soon as the user has
    /// its answer.
    private static void killTheOneThatTook(String action, String name, Caller caller) {
        Eventually.holds(LONG, "the steps are shown", () -> !printed(name).isBlank());
        var taker = Eventually.yields(SOON, "one of them took it", () -> planes.stream()
                .filter(Product::runs)
                .filter(plane -> logs(plane).contains("Action '" + action + "'"))
                .findFirst());
        var before = Instant.now();
        taker.controlPlane().destroyForcibly();
        Eventually.holds(SOON, "it is dead", () -> !taker.runs());
        caller.forgive(before, Instant.now());
    }

    private static String logs(Product plane) {
        try (var all = Files.list(plane.home().resolve("log"))) {
            var text = new StringBuilder();
            for (var file : all.toList()) {
                text.append(Files.readString(file));
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void bothRun() {
        planes.stream().filter(plane -> !plane.runs()).forEach(Product::up);
    }

    private static int balanced() {
        try {
            return planes.getFirst()
                    .send(HttpRequest.newBuilder(
                            URI.create(planes.getFirst().exports().get("PKS_API") + "/v1/clusters")))
                    .statusCode();
        } catch (UncheckedIOException e) {
            return 0;
        }
    }

    /// What an operator would write: TLS goes through to the control planes, and one that does not answer is left
    /// out.
    private static Process balancer(List<Integer> open) throws IOException {
        var text = new StringBuilder("""
                defaults
                  mode tcp
                  timeout connect 2s
                  timeout client 90s
                  timeout server 90s
                  timeout check 2s
                  retries 3
                  option redispatch 1
                """);
        for (var part : List.of("uaa", "api")) {
            text.append("listen %s%n  bind 127.0.0.1:%d%n  balance roundrobin%n  option httpchk GET /healthz%n"
                    .formatted(part, open.get(part.equals("uaa") ? 0 : 1)));
            for (var plane : planes) {
                var port =
                        part.equals("uaa") ? plane.ports().uaa() : plane.ports().api();
                text.append("  server %s 127.0.0.1:%d check check-ssl verify none inter 500ms fall 1 rise 1%n"
                        .formatted(plane.home().getFileName(), port));
            }
        }
        var configuration = Files.writeString(files.resolve("haproxy.cfg"), text.toString());
        return new Command(Map.of(), List.of("haproxy", "-db", "-f", configuration.toString()))
                .start(files.resolve("haproxy.out"), files.resolve("haproxy.err"));
    }

    /// Asks for the clusters again and again, each time over a new connection.
    private static final class Caller implements AutoCloseable {

        private record Moment(Instant begin, Instant end) {
            boolean meets(Moment other) {
                return !begin.isAfter(other.end) && !end.isBefore(other.begin);
            }
        }

        private record Failure(Moment moment, String cause) {}

        private final AtomicBoolean going = new AtomicBoolean(true);
        private final AtomicInteger answers = new AtomicInteger();
        private final List<Failure> failures = new CopyOnWriteArrayList<>();
        private final List<Moment> kills = new CopyOnWriteArrayList<>();
        private final Thread thread;

        Caller(String token) {
            var request = HttpRequest.newBuilder(
                            URI.create(planes.getFirst().exports().get("PKS_API") + "/v1/clusters"))
                    .header("Authorization", "Bearer " + token)
                    .timeout(Duration.ofSeconds(10));
            thread = Thread.ofVirtual().start(() -> {
                while (going.get()) {
                    ask(request);
                }
            });
        }

        private void ask(HttpRequest.Builder request) {
            var begin = Instant.now();
            try {
                var answer = planes.getFirst().send(request);
                if (answer.statusCode() == 200) {
                    answers.incrementAndGet();
                } else {
                    failed(begin, answer.statusCode() + ": " + answer.body());
                }
                Thread.sleep(50);
            } catch (InterruptedException e) {
                going.set(false);
            } catch (UncheckedIOException e) {
                failed(begin, String.valueOf(e.getCause()));
            }
        }

        private void failed(Instant begin, String cause) {
            failures.add(new Failure(new Moment(begin, Instant.now()), cause));
        }

        /// What is on its way when a control plane dies is lost with it.
        void forgive(Instant begin, Instant end) {
            kills.add(new Moment(begin, end));
        }

        List<Failure> failures() {
            return failures.stream()
                    .filter(failure -> kills.stream().noneMatch(failure.moment()::meets))
                    .toList();
        }

        int answers() {
            return answers.get();
        }

        @Override
        public void close() {
            going.set(false);
            thread.interrupt();
        }
    }
}
