package org.openpks.director.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
    private final Set<String> broken = new TreeSet<>();
    private Instant now = Instant.EPOCH;

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
        running.add(task("delete_deployment", TaskState.PROCESSING));

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

    @Test
    void bootsTheOthersWhenOneCannotBeBooted() {
        var cids = List.copyOf(world.cloud.machines.keySet());
        world.cloud.machines.remove(cids.getFirst());
        world.cloud.unresponsive.addAll(cids.subList(1, cids.size()));

        assertThatThrownBy(this::scanAndFix).isInstanceOf(Fault.class).hasMessageContaining("is gone");

        assertThat(world.cloud.log)
                .containsExactlyInAnyOrderElementsOf(
                        cids.stream().skip(1).map(cid -> "reboot " + cid).toList());
    }

    @Test
    void asksLessOftenWhenTheSameMachinesStayDown() {
        world.cloud.unresponsive.add(world.cloud.machines.keySet().iterator().next());
        var resurrector = resurrector();
        var asked = new ArrayList<Long>();
        for (; now.isBefore(Instant.EPOCH.plusSeconds(3000)); now = now.plusSeconds(1)) {
            int before = requests.size();
            resurrector.look();
            if (requests.size() > before) {
                asked.add(now.getEpochSecond());
            }
        }
        assertThat(asked).containsExactly(0L, 5L, 15L, 35L, 75L, 155L, 315L, 635L, 1235L, 1835L, 2435L);

        world.cloud.unresponsive.addAll(world.cloud.machines.keySet());
        resurrector.look();
        assertThat(requests).as("others died too").hasSize(12);

        world.cloud.unresponsive.clear();
        resurrector.look();
        world.cloud.unresponsive.addAll(world.cloud.machines.keySet());
        resurrector.look();
        assertThat(requests).as("they ran meanwhile").hasSize(13);
    }

    @Test
    void leavesADeploymentAloneWhoseDeleteFailed() {
        world.cloud.unresponsive.addAll(world.cloud.machines.keySet());
        running.add(task("delete_deployment", TaskState.ERROR));
        resurrector().look();
        assertThat(requests).isEmpty();

        running.addFirst(task("update_deployment", TaskState.DONE));
        resurrector().look();
        assertThat(requests).as("deployed again").hasSize(1);
    }

    @Test
    void looksAfterTheOtherDeploymentsWhenOneFails() {
        world.deployments.ensure("a");
        broken.add("a");
        world.cloud.unresponsive.addAll(world.cloud.machines.keySet());
        resurrector().look();
        assertThat(requests).singleElement().satisfies(request -> assertThat(request.lock())
                .contains("d"));
    }

    private static Tasks.Task task(String type, TaskState state) {
        return new Tasks.Task(
                7,
                type,
                state,
                type,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "admin",
                Optional.of("d"),
                Optional.empty());
    }

    private RecordingTask scanAndFix() throws Exception {
        var task = new RecordingTask();
        new ScanAndFixJob(world.instances, machines)
                .run(task, DeploymentTasks.toJson(new DeploymentTasks.ScanAndFix("d")));
        return task;
    }

    private Resurrector resurrector() {
        return new Resurrector(
                world.deployments,
                world.instances,
                machines,
                Partial.of(Tasks.class, new OneQueue()),
                Duration.ZERO,
                () -> now);
    }

    private final class OneQueue {
        public long enqueue(Tasks.Request request) {
            requests.add(request);
            return requests.size();
        }

        public List<Tasks.Task> find(Tasks.Query query) {
            if (broken.contains(query.deployment().orElse(""))) {
                throw new IllegalStateException("no tasks");
            }
            return running.stream()
                    .filter(task -> query.states().contains(task.state()))
                    .limit(query.limit().orElse(Integer.MAX_VALUE))
                    .toList();
        }
    }
}
