package org.openpks.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.broker.TestBroker.Answer;

/// A broker's process that is killed at any point of what it does. The points are its requests to the Director: it
/// dies before one has an effect, or after, before it has the answer. Its platform does what platforms do: sends the
/// request again until it is answered, and polls.
class KilledBrokerIT {

    private static final int KILLS = 25;

    private enum Action {
        CREATE,
        SCALE,
        UPGRADE,
        ROTATE,
        DELETE
    }

    @TempDir
    Path directory;

    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicInteger releases = new AtomicInteger(1);
    private final AtomicReference<String> workers = new AtomicReference<>("");
    private UUID rotation = UUID.randomUUID();
    private FakeDirector director;
    private BrokerProcess process;
    private TestBroker broker;

    @Test
    void endsEveryOperationRightAndRunsNoneTwice() throws IOException {
        long seed = Long.getLong("openpks.test.seed", System.nanoTime());
        System.out.println("seed: " + seed + " (run again with -Dopenpks.test.seed=" + seed + ")");
        var random = new Random(seed);
        director = new FakeDirector();
        process = new BrokerProcess(directory);
        try {
            broker = new TestBroker(director, directory, Duration.ofMillis(500), configuration(), process);
            var lengths = measure();
            // A round in which the action ends before its point is reached kills nobody and does not count.
            for (int i = 0; kills.get() < KILLS; i++) {
                assertThat(i).as("rounds").isLessThan(4 * KILLS);
                var action = Action.values()[i % Action.values().length];
                int point = random.nextInt(lengths.get(action));
                boolean before = random.nextBoolean();
                var what = "round %d, kill %d: %s, %s request %d of %d"
                        .formatted(i, kills.get() + 1, action, before ? "before" : "after", point, lengths.get(action));
                System.out.println(what);
                run(action, point, before, what);
            }
        } finally {
            broker.close();
            director.close();
        }
    }

    /// What an operator changes for an upgrade: the release, and with it the maintenance version.
    private UnaryOperator<String> configuration() {
        return text -> text.replace("\"1.0\", jobs", "\"%d.0\", jobs".formatted(releases.get()))
                .replace("version: 1.7.0", "version: 1.7." + releases.get())
                .replace("pending_changes: false", "pending_changes: true");
    }

    /// How many requests each action takes when nobody is killed.
    private Map<Action, Integer> measure() throws IOException {
        var lengths = new EnumMap<Action, Integer>(Action.class);
        for (var action : Action.values()) {
            prepare(action);
            int already = director.requestCount();
            drive(action, "measuring " + action);
            lengths.put(action, director.requestCount() - already);
        }
        return lengths;
    }

    private void prepare(Action action) throws IOException {
        director.killAt(-1, false, () -> {});
        if (action == Action.UPGRADE) {
            releases.incrementAndGet();
            broker.close();
            broker = new TestBroker(director, directory, Duration.ofMillis(500), configuration(), process);
        }
        if (action == Action.ROTATE) {
            rotation = UUID.randomUUID();
        }
        if (action == Action.SCALE) {
            workers.set(workers.get().equals("5") ? "4" : "5");
        }
    }

    private void run(Action action, int point, boolean before, String what) throws IOException {
        prepare(action);
        int tasks = director.tasks.size();
        director.killAt(point, before, () -> {
            kills.incrementAndGet();
            process.kill();
        });
        drive(action, what);
        var made = director.tasks.values().stream()
                .skip(tasks)
                .map(task -> task.description.split(" ")[0])
                .toList();
        assertThat(made).as(what).isEqualTo(tasks(action));
        assertThat(director.certificates.violations).as(what).isEmpty();
        if (action == Action.ROTATE) {
            assertThat(director.certificates.settled("/")).as(what).isTrue();
            assertThat(director.certificates.machinesHaveOnlyCurrent("/test-director/service-instance_a/"))
                    .as(what)
                    .isTrue();
        }
        if (action == Action.DELETE) {
            assertThat(director.configsOfInstances()).as(what).isEmpty();
            assertThat(director.deployments).as(what).isEmpty();
        } else {
            assertThat(director.deployments.get("service-instance_a").manifest)
                    .as(what)
                    .contains("version: '%d.0'".formatted(releases.get()))
                    .contains(action == Action.CREATE ? "instances: 3" : "instances: " + workers.get());
        }
    }

    private static List<String> tasks(Action action) {
        return switch (action) {
            case CREATE, SCALE, UPGRADE -> List.of("create", "run");
            case ROTATE -> List.of("create", "run", "create", "run", "create", "run");
            case DELETE -> List.of("delete");
        };
    }

    /// Sends an action's request until it is answered, then polls until it ended, over as many processes as it
    /// takes.
    private void drive(Action action, String what) {
        var deadline = Instant.now().plusSeconds(90);
        var operation = "";
        boolean answered = false;
        while (true) {
            assertThat(Instant.now()).as(what).isBefore(deadline);
            try {
                if (!process.alive()) {
                    broker.restart();
                }
                if (!answered) {
                    var answer = request(action);
                    if (answer.status() == 410 || answer.status() == 200) {
                        return;
                    }
                    answered = answer.status() == 202;
                    operation = answer.text("operation");
                    assertThat(answer.status())
                            .as("%s: %s", what, answer.body())
                            .isIn(202, 503, 422);
                } else {
                    director.progress();
                    var answer = broker.poll("a", operation);
                    if (answer.text("state").equals("succeeded")) {
                        return;
                    }
                    assertThat(answer.text("state"))
                            .as("%s: %s", what, answer.body())
                            .isNotEqualTo("failed");
                }
            } catch (IllegalStateException killed) {
                // The platform got no answer.
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private Answer request(Action action) {
        return switch (action) {
            case CREATE -> broker.provision("a", Map.of());
            case SCALE ->
                broker.update(
                        "a",
                        Map.of("parameters", Map.of("kubernetes_worker_instances", Integer.parseInt(workers.get()))));
            case UPGRADE -> broker.update("a", Map.of("maintenance_info", Map.of("version", "1.7." + releases.get())));
            case ROTATE ->
                broker.update(
                        "a",
                        Map.of("parameters", Map.of("rotate_certificates", "all", "rotation_id", rotation.toString())));
            case DELETE -> broker.deprovision("a");
        };
    }
}
