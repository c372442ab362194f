package org.openpks.director.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.director.deployment.step.Machines;
import org.openpks.director.task.TaskState;
import org.openpks.director.task.Tasks;
import org.openpks.kernel.Fault;

class ResurrectorTests {

    @TempDir
    private Path directory;

    private World world;
    private Machines machines;
    private final List<Tasks.Request> requests = new ArrayList<>();
    private final List<Tasks.Task> running = new ArrayList<>();

    @BeforeEach
    void deploy() throws Exception {
        world = new World(directory);
        machines = new Machines(world.cloud, world.cloud, world.instances, "director");
        world.deploy(DeployTests.manifest(1, 2, "1"));
        world.cloud.log.clear();
    }

    @Test
    void leavesMachinesThatRunAlone() {
        resurrector().look();
        assertThat(requests).isEmpty();
    }

    @Test
    void asksOnceForTheDeploymentOfMachinesThatDied() {
        var down = world.cloud.machines.keySet().stream().limit(2).toList();
        world.cloud.unresponsive.addAll(down);

        resurrector().look();

        assertThat(requests).singleElement().satisfies(request -> {
            assertThat(request.type()).isEqualTo("cck_scan_and_fix");
            assertThat(request.description()).isEqualTo("scan and fix");
            assertThat(request.lock()).contains("d");
        });
    }

    @Test
    void doesNotInterfereWithATaskOfTheDeployment() {
        world.cloud.unresponsive.addAll(world.cloud.machines.keySet());
        running.add(new Tasks.Task(
                7,
                "delete_deployment",
                TaskState.PROCESSING,
                "delete deployment d",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "admin",
                Optional.of("d"),
                Optional.empty()));

        resurrector().look();

        assertThat(requests).isEmpty();
    }

    @Test
    void leavesStoppedInstancesAlone() throws Exception {
        world.act(new DeploymentTasks.InstanceAction("d", "worker", "0", "stop", false, true));
        resurrector().look();
        assertThat(requests).isEmpty();
    }

    @Test
    void bootsTheMachinesThatAreDownAndNoOthers() throws Exception {
        var down = world.cloud.machines.keySet().stream().findFirst().orElseThrow();
        world.cloud.unresponsive.add(down);

        var task = scanAndFix();

        assertThat(world.cloud.log).containsExactly("reboot " + down);
        assertThat(task.events).anyMatch(line -> line.contains("(Reboot VM)"));
    }

    @Test
    void tellsHowToGetBackAMachineThatIsGone() {
        world.cloud.machines.remove(world.cloud.machines.keySet().iterator().next());
        assertThatThrownBy(this::scanAndFix)
                .isInstanceOf(Fault.class)
                .hasMessageContaining("is gone. Recreate it: bosh -d d recreate");
    }

    private RecordingTask scanAndFix() throws Exception {
        var task = new RecordingTask();
        new ScanAndFixJob(world.instances, machines)
                .run(task, DeploymentTasks.toJson(new DeploymentTasks.ScanAndFix("d")));
        return task;
    }

    private Resurrector resurrector() {
        return new Resurrector(
                world.deployments, world.instances, machines, Partial.of(Tasks.class, new OneQueue()), Duration.ZERO);
    }

    private final class OneQueue {
        public long enqueue(Tasks.Request request) {
            requests.add(request);
            return requests.size();
        }

        public List<Tasks.Task> find(Tasks.Query query) {
            return running;
        }
    }
}
