package org.openpks.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.openpks.cli.api.Step;
import org.openpks.cli.api.Step.State;
import org.openpks.cli.terminal.Terminal;

class LiveStepsTests {
    private final AtomicLong clock = new AtomicLong(1_000_000);
    private final List<String> written = new ArrayList<>();

    private LiveSteps view(int columns, int rows, boolean symbols) {
        return new LiveSteps(
                "Creating cluster demo",
                written::add,
                new Terminal.Kind(true, true, columns, rows),
                symbols,
                clock::get);
    }

    private static Step step(long index, String stage, String task, State state, String detail) {
        return new Step(
                index,
                stage,
                task,
                state,
                state == State.RUNNING ? OptionalLong.empty() : OptionalLong.of(1500),
                detail);
    }

    @Test
    void listsTheTasksOfAStageThatRuns() {
        var view = view(80, 24, true);
        view.steps(List.of(
                step(1, "Preparing deployment", "", State.FINISHED, ""),
                step(2, "Creating missing vms", "master/0", State.FINISHED, ""),
                step(3, "Creating missing vms", "worker/0", State.RUNNING, "")));
        clock.addAndGet(2500);
        assertThat(view.lines())
                .containsExactly(
                        "Creating cluster demo  2.5s",
                        "  ✓ Preparing deployment  1.5s",
                        "  ⠋ Creating missing vms  1/2  2.5s",
                        "    ⠋ worker/0  2.5s");
    }

    @Test
    void foldsAStageThatIsDone() {
        var view = view(80, 24, false);
        view.steps(List.of(
                step(1, "Creating missing vms", "master/0", State.RUNNING, ""),
                step(2, "Creating missing vms", "worker/0", State.RUNNING, "")));
        view.steps(List.of(
                step(1, "Creating missing vms", "master/0", State.FINISHED, ""),
                step(2, "Creating missing vms", "worker/0", State.FINISHED, "")));
        assertThat(view.lines()).containsExactly("Creating cluster demo  0.0s", "  + Creating missing vms  2  1.5s");
    }

    @Test
    void showsWhyAStepFailed() {
        var view = view(80, 24, true);
        view.steps(List.of(step(1, "Updating instance", "master/0", State.FAILED, "etcd\ndid not \u001b[1mstart")));
        assertThat(view.lines()).contains("  ✗ Updating instance  master/0  1.5s  etcd did not \\u001b[1mstart");
    }

    @Test
    void shortensTheTaskAndNotItsTime() {
        var view = view(50, 24, true);
        view.steps(List.of(
                step(1, "Updating instance", "worker/67ed1e99-9373-49f1-aad9-d82a4fd6fdb5 (0)", State.RUNNING, "")));
        clock.addAndGet(125_000);
        view.tick();
        assertThat(written.getFirst()).contains("\n  ⠙ Updating instance  worker/67ed1e99-93…  2m05s\n");
    }

    @Test
    void redrawsInPlace() {
        var view = view(80, 24, true);
        view.status("Instance provisioning in progress");
        view.tick();
        view.tick();
        assertThat(written.get(0)).startsWith("\r\033[J").contains("Instance provisioning in progress");
        assertThat(written.get(1)).startsWith("\033[2A\r\033[J");
        view.end();
        assertThat(written.getLast()).doesNotContain("Instance provisioning");
    }

    @Test
    void staysWithinTheTerminal() {
        var view = view(30, 5, true);
        var steps = new ArrayList<Step>();
        for (int i = 0; i < 40; i++) {
            steps.add(step(i, "Creating missing vms", "worker/a-very-long-name-" + i, State.RUNNING, ""));
        }
        view.steps(steps);
        view.tick();
        var lines = written.getFirst().split("\n");
        assertThat(lines).hasSize(4).allSatisfy(line -> assertThat(line.replace("\r\033[J", ""))
                .hasSizeLessThan(30));
    }

    @Test
    void printsDurationsShort() {
        assertThat(Elapsed.text(-5)).isEqualTo("0.0s");
        assertThat(Elapsed.text(59_999)).isEqualTo("59.9s");
        assertThat(Elapsed.text(125_000)).isEqualTo("2m05s");
        assertThat(Elapsed.text(3_720_000)).isEqualTo("1h02m");
    }
}
