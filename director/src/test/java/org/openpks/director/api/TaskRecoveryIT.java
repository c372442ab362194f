package org.openpks.director.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.component.RunningComponent;
import org.openpks.database.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Tasks outlive their director, and no task ever runs twice at a time.
class TaskRecoveryIT {

    @TempDir
    Path home;

    private final Map<String, Object> database = TestDatabase.settings("director");

    private RunningComponent start() {
        var settings = new HashMap<>(DirectorApiIT.settings(home, database));
        settings.remove("director.credhub-port");
        settings.put("director.task-lease", "3s");
        return RunningComponent.start("director", TestDirector.class, settings);
    }

    private static Client client(RunningComponent director) {
        return new Client(director.port(), "admin", "secret");
    }

    private static List<String> runsOf(String deployment) {
        return TestDirector.DeployJob.RUNS.stream()
                .filter(run -> run.startsWith(deployment + ":"))
                .toList();
    }

    @Test
    void aTaskThatItsDirectorLeftRunsAgainAndHoldsItsLockMeanwhile() {
        TestDirector.DeployJob.GATES.put("left", new CountDownLatch(1));
        long task;
        long next;
        try (var first = start()) {
            task = Client.taskOf(client(first).yaml("/deployments", "name: left\n"));
            client(first).until(task, Map.of("processing", true));
            next = Client.taskOf(client(first).yaml("/deployments", "name: left\n"));
        }
        try (var second = start()) {
            var deadline = Instant.now().plusSeconds(30);
            while (runsOf("left").size() < 2 && Instant.now().isBefore(deadline)) {
                LockSupport.parkNanos(20_000_000);
            }
            assertThat(client(second).json("/tasks/" + next).path("state").asString())
                    .isEqualTo("queued");
            TestDirector.DeployJob.GATES.get("left").countDown();
            assertThat(client(second).ended(task).path("state").asString()).isEqualTo("done");
            assertThat(client(second).ended(next).path("state").asString()).isEqualTo("done");
            assertThat(runsOf("left")).containsExactly("left:" + task, "left:" + task, "left:" + next);
            assertThat(client(second)
                            .get("/tasks/" + task + "/output?type=debug")
                            .body())
                    .contains("Run 2");
        }
    }

    @Test
    void aDeadDirectorsTasksAreTakenOverAndALivingOnesAreNot() {
        try (var director = start()) {
            var jdbc = director.bean(JdbcClient.class);
            long dead = orphan(jdbc, "dead", Duration.ofSeconds(-1));
            long elsewhere = orphan(jdbc, "elsewhere", Duration.ofHours(1));
            assertThat(client(director).ended(dead).path("state").asString()).isEqualTo("done");
            assertThat(runsOf("dead")).hasSize(1);
            assertThat(client(director)
                            .json("/tasks/" + elsewhere)
                            .path("state")
                            .asString())
                    .isEqualTo("processing");
            assertThat(runsOf("elsewhere")).isEmpty();
            assertThat(client(director).json("/locks").size()).isEqualTo(1);
        }
    }

    /// A task that a director on another machine has claimed.
    private static long orphan(JdbcClient jdbc, String deployment, Duration lease) {
        var owner = UUID.randomUUID().toString();
        jdbc.sql(
                        "insert into director_process (id, host, pid, pid_started_at, lease_until) values (:id, 'far away', 1, 1, :until)")
                .param("id", owner)
                .param("until", Instant.now().plus(lease).toEpochMilli())
                .update();
        jdbc.sql("""
                insert into task (type, description, user_name, deployment, lock_name, arguments, state, created_at, changed_at, claimed_by, attempts)
                values ('update_deployment', 'create deployment', 'admin', :name, :name, :arguments, 'processing', 1, 1, :owner, 1)""")
                .param("name", deployment)
                .param("arguments", "{\"deployment\":\"" + deployment + "\",\"manifest\":\"name: " + deployment + "\"}")
                .param("owner", owner)
                .update();
        long id = jdbc.sql("select id from task where deployment = :name")
                .param("name", deployment)
                .query(Long.class)
                .single();
        jdbc.sql("insert into task_lock (lock_name, task_id, acquired_at) values (:name, :id, 1)")
                .param("name", deployment)
                .param("id", id)
                .update();
        return id;
    }

    @Test
    void twoDirectorsShareTheWorkWithoutRepeatingIt() {
        try (var one = start();
                var other = start()) {
            var tasks = new ArrayList<Long>();
            for (int i = 0; i < 40; i++) {
                var client = client(i % 2 == 0 ? one : other);
                tasks.add(Client.taskOf(client.yaml("/deployments", "name: shared-" + i % 5 + "\n")));
            }
            for (long task : tasks) {
                assertThat(client(one).ended(task).path("state").asString()).isEqualTo("done");
            }
            var runs = TestDirector.DeployJob.RUNS.stream()
                    .filter(run -> run.startsWith("shared-"))
                    .toList();
            assertThat(runs).hasSize(40).doesNotHaveDuplicates();
            for (int i = 0; i < 5; i++) {
                var order = runsOf("shared-" + i).stream()
                        .map(run -> Long.parseLong(run.replaceFirst(".*:", "")))
                        .toList();
                var sorted = new ArrayList<>(order);
                Collections.sort(sorted);
                assertThat(order).isEqualTo(sorted);
            }
        }
    }
}
