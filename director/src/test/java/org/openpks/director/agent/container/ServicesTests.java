package org.openpks.director.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openpks.director.agent.Agent.Process;

class ServicesTests {

    private static String state(String... states) {
        return Services.jobState(Stream.of(states)
                .map(state -> new Process("p", state, 0, 0, 0, 0))
                .toList());
    }

    @Test
    void sumsTheStatesUpAsBoshDoes() {
        assertThat(state()).isEqualTo("running");
        assertThat(state("running", "running")).isEqualTo("running");
        assertThat(state("running", "failing")).isEqualTo("failing");
        assertThat(state("running", "unknown")).isEqualTo("failing");
        assertThat(state("failing", "starting")).isEqualTo("starting");
    }

    @Test
    void startsEverythingAtOnceExceptWhatWaitsForAnother() {
        var script = ServiceScripts.start(Map.of("job", """
                        check process b with pidfile /b start program "/bin/b" depends on a
                        check process a with pidfile /a start program "/bin/a"
                        check process c with pidfile /c start program "/bin/c"
                        """), Set.of());

        assertThat(script.lines().filter(line -> line.startsWith("start '") || line.equals("wait")))
                .containsExactly(
                        "start 'job' 'a' 30 '/bin/a' &",
                        "start 'job' 'c' 30 '/bin/c' &",
                        "wait",
                        "start 'job' 'b' 30 '/bin/b' &",
                        "wait");
    }

    @Test
    void leavesWhatRunsAlone() {
        var script = ServiceScripts.start(
                Map.of("job", "check process a with pidfile /a start program \"/bin/a\""), Set.of("a"));

        assertThat(script).doesNotContain("/bin/a");
    }

    @Test
    void endsEvenWhenServicesWaitForEachOther() {
        var script = ServiceScripts.start(Map.of("job", """
                        check process a with pidfile /a start program "/bin/a" depends on b
                        check process b with pidfile /b start program "/bin/b" depends on a
                        """), Set.of());

        assertThat(script).doesNotContain("/bin/a");
    }

    @Test
    void quotesWhatAShellWouldUnderstand() {
        var script = ServiceScripts.start(
                Map.of("job", "check process a with pidfile /a start program \"/bin/a $HOME;reboot\""), Set.of());

        assertThat(script).contains("start 'job' 'a' 30 '/bin/a' '$HOME;reboot' &");
    }
}
