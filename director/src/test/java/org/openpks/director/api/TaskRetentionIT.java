package org.openpks.director.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.component.RunningComponent;
import org.openpks.database.TestDatabase;

/// A director that keeps three ended tasks of each type.
class TaskRetentionIT {

    @TempDir
    Path home;

    @Test
    void keepsTheNewestTasksAndTheLastOfEachDeployment() {
        var settings = new HashMap<>(DirectorApiIT.settings(home, TestDatabase.settings("director")));
        settings.remove("director.credhub-port");
        settings.put("director.kept-tasks", "3");
        try (var director = RunningComponent.start("director", TestDirector.class, settings)) {
            var client = new Client(director.port(), "admin", "secret");
            long quiet = ended(client, "retained-quiet");
            var open = new CountDownLatch(1);
            TestDirector.DeployJob.GATES.put("retained-long", open);
            long running = deploy(client, "retained-long");
            long first = ended(client, "retained-busy");
            long second = ended(client, "retained-busy");
            assertThat(tasks(client)).containsExactlyInAnyOrder(quiet, running, first, second);

            long third = ended(client, "retained-busy");
            long fourth = ended(client, "retained-busy");
            // Neither one that runs nor a deployment's last one is old.
            becomes(client, quiet, running, second, third, fourth);
            assertThat(client.get("/tasks/" + first).statusCode()).isEqualTo(404);
            assertThat(logs()).containsExactlyInAnyOrder(quiet, running, second, third, fourth);

            open.countDown();
            assertThat(client.ended(running).path("state").asString()).isEqualTo("done");
            long again = ended(client, "retained-quiet");
            becomes(client, running, third, fourth, again);
        }
    }

    private static long deploy(Client client, String deployment) {
        return Client.taskOf(client.yaml("/deployments", "name: " + deployment + "\n"));
    }

    private static long ended(Client client, String deployment) {
        long task = deploy(client, deployment);
        assertThat(client.ended(task).path("state").asString()).isEqualTo("done");
        return task;
    }

    private static List<Long> tasks(Client client) {
        return StreamSupport.stream(client.json("/tasks?verbose=2").spliterator(), false)
                .map(task -> task.path("id").asLong())
                .toList();
    }

    /// Old ones go right after the end of another is told.
    private static void becomes(Client client, Long... expected) {
        var deadline = Instant.now().plusSeconds(10);
        while (!Set.copyOf(tasks(client)).equals(Set.of(expected))
                && Instant.now().isBefore(deadline)) {
            LockSupport.parkNanos(20_000_000);
        }
        assertThat(tasks(client)).containsExactlyInAnyOrder(expected);
    }

    private List<Long> logs() {
        return Stream.of(Objects.requireNonNull(home.resolve("tasks").toFile().list()))
                .map(Long::valueOf)
                .toList();
    }
}
