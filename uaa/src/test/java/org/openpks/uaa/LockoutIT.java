package org.openpks.uaa;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openpks.database.TestDatabase;

/// Guessing passwords: what it yields, and when it ends.
class LockoutIT {

    private static final String LOCKED = "Your account has been locked because of too many failed attempts to login.";
    private static Map<String, Object> database;
    private static Uaa uaa;

    @BeforeAll
    static void start() {
        database = TestDatabase.settings("uaa");
        uaa = Uaa.over(database, Map.of());
    }

    @AfterAll
    static void stop() {
        uaa.close();
    }

    @Test
    void locksANameOutOverAllProcesses() {
        var admin = uaa.adminToken();
        var id = add("target");
        try (var second = Uaa.over(database, Map.of())) {
            for (int i = 0; i < 5; i++) {
                (i % 2 == 0 ? uaa : second)
                        .password("pks_cluster_client", "target", "guess" + i)
                        .error(401, "invalid_client", "Bad credentials");
            }
            for (var process : List.of(uaa, second)) {
                process.password("pks_cluster_client", "target", "right").error(401, "unauthorized", LOCKED);
            }
            // The name in another case is the same name.
            second.password("pks_cluster_client", "TARGET", "right").error(401, "unauthorized", LOCKED);
            uaa.patch("/Users/" + id + "/status", admin, "{\"locked\":false}").expect(200);
            second.password("pks_cluster_client", "target", "right").expect(200);
        }
    }

    @Test
    void locksNamesThatDoNotExistAlike() {
        for (int i = 0; i < 5; i++) {
            uaa.password("pks_cli", "ghost", "guess").error(401, "invalid_client", "Bad credentials");
        }
        uaa.password("pks_cli", "ghost", "guess").error(401, "unauthorized", LOCKED);
    }

    @Test
    void forgetsFailuresAfterASuccess() {
        add("clumsy");
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 4; i++) {
                uaa.password("pks_cluster_client", "clumsy", "guess").error(401, "invalid_client");
            }
            uaa.password("pks_cluster_client", "clumsy", "right").expect(200);
        }
    }

    @Test
    void letsNoGuessThroughThatRanBesideTheLock() throws Exception {
        add("raced");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var guesses = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < 20; i++) {
                guesses.add(() ->
                        uaa.password("pks_cluster_client", "raced", "guess").status());
            }
            for (var guess : threads.invokeAll(guesses, 60, TimeUnit.SECONDS)) {
                assertThat(guess.get()).isEqualTo(401);
            }
        }
        uaa.password("pks_cluster_client", "raced", "right").error(401, "unauthorized", LOCKED);
    }

    @Test
    void endsTheLockAfterItsPeriod() {
        var settings = Map.of("openpks.uaa.lockout.period", "1s", "openpks.uaa.lockout.after-failures", 1);
        try (var brief = Uaa.over(database, settings)) {
            add("patient");
            brief.password("pks_cluster_client", "patient", "guess").error(401, "invalid_client");
            brief.password("pks_cluster_client", "patient", "right").error(401, "unauthorized", LOCKED);
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            int status = 401;
            while (status != 200 && System.nanoTime() < end) {
                status =
                        brief.password("pks_cluster_client", "patient", "right").status();
            }
            assertThat(status).isEqualTo(200);
        }
    }

    /// Interleaved, so that what else the machine does falls on both; the medians differ by less than a third.
    @Test
    void answersUnknownUsersAsSlowlyAsWrongPasswords() {
        try (var open = Uaa.over(database, Map.of("openpks.uaa.lockout.after-failures", 0))) {
            add("known");
            int tries = 21;
            var known = new long[tries];
            var unknown = new long[tries];
            for (int i = 0; i < tries; i++) {
                known[i] = time(open, "known");
                unknown[i] = time(open, "unknown" + i);
            }
            Arrays.sort(known);
            Arrays.sort(unknown);
            double ratio = (double) unknown[tries / 2] / known[tries / 2];
            assertThat(ratio).isBetween(0.67, 1.5);
        }
    }

    private static long time(Uaa process, String user) {
        long start = System.nanoTime();
        process.password("pks_cluster_client", user, "wrong").error(401, "invalid_client", "Bad credentials");
        return System.nanoTime() - start;
    }

    private static String add(String name) {
        return uaa.post(
                        "/Users",
                        uaa.adminToken(),
                        "{\"userName\":\"%s\",\"password\":\"right\",\"emails\":[{\"value\":\"x@y\"}]}".formatted(name))
                .expect(201)
                .text("id");
    }
}
