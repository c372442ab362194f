package org.openpks.director.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.director.deployment.DeploymentTasks.Options;
import org.openpks.director.deployment.instance.JdbcInstances;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/// Deploys whose memory is a real database.
class DeployWithDatabaseIT {

    @TempDir
    private Path directory;

    private DirectorSchema schema;
    private World world;

    @BeforeEach
    void open() {
        schema = new DirectorSchema();
        world = new World(directory);
        var jdbc = JdbcClient.create(schema.source());
        world.instances = new JdbcInstances(jdbc, new JdbcTransactionManager(schema.source()), InstantSource.system());
        world.deployments = new JdbcDeployments(jdbc, world.instances, InstantSource.system());
    }

    @AfterEach
    void close() {
        schema.close();
    }

    @Test
    void deploysResizesAndDeletes() throws Exception {
        var text = DeployTests.manifest(1, 3, "2") + "# a comment: ü\n";
        for (int round = 0; round < 3; round++) {
            long began = System.nanoTime();
            var task = world.deploy(text);
            System.out.println("deploy with database: " + (System.nanoTime() - began) / 1_000_000 + " ms "
                    + task.debug.stream()
                            .filter(line -> !line.contains("/") || line.contains("create vm"))
                            .toList());
        }
        var found = world.deployments.find("d").orElseThrow();
        assertThat(found.manifest()).contains(text);
        assertThat(found.releases()).containsExactly("r/1");
        assertThat(found.stemcells()).containsExactly("node/12");
        assertThat(found.cloudConfigIds()).containsExactly(1L);
        assertThat(world.deployments.instances("d"))
                .hasSize(5)
                .filteredOn(one -> one.vmCid().isPresent())
                .hasSize(4);

        world.deploy(DeployTests.manifest(1, 1, "2"));
        assertThat(world.cloud.machines).hasSize(2);

        long began = System.nanoTime();
        world.delete(Crash.never());
        System.out.println("delete with database: " + (System.nanoTime() - began) / 1_000_000 + " ms");
        assertThat(world.deployments.list()).isEmpty();
        assertThat(world.cloud.machines).isEmpty();
        assertThat(world.cloud.disks).isEmpty();
    }

    @Test
    void goesOnAfterCrashes() throws Exception {
        for (int at = 3; at < 140; at += 13) {
            var crash = new Crash(at, at % 2 == 0);
            try {
                world.deploy(DeployTests.manifest(1, 1, "2"), Options.none(), crash);
            } catch (Crash.CrashError dead) {
                world.deploy(DeployTests.manifest(1, 1, "2"));
            }
            assertThat(world.cloud.machines).as("crash at %d", at).hasSize(2).allSatisfy((cid, one) -> assertThat(
                            one.running)
                    .isTrue());
            world.delete(Crash.never());
            assertThat(world.cloud.machines).isEmpty();
        }
    }

    @Test
    void givesNoAddressTwiceWhenManyDeployAtOnce() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<Future<?>>();
            for (int i = 0; i < 6; i++) {
                var name = "d" + i;
                results.add(threads.submit(() -> {
                    world.run(
                            new RecordingTask(),
                            new DeploymentTasks.Update(
                                    name,
                                    Optional.of(
                                            DeployTests.manifest(1, 4, "2").replaceFirst("name: d", "name: " + name)),
                                    List.of(),
                                    Options.none(),
                                    Optional.empty()),
                            Crash.never());
                    return null;
                }));
            }
            for (var result : results) {
                result.get();
            }
        }
        assertThat(world.instances.addresses()).hasSize(36);
        assertThat(world.cloud.machines).hasSize(30);
    }
}
