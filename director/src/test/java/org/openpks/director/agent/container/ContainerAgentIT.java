package org.openpks.director.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openpks.director.agent.Agent;
import org.openpks.director.agent.Agent.ApplySpec;
import org.openpks.director.agent.Agent.RenderedJob;
import org.openpks.director.agent.AgentFaultCode;
import org.openpks.director.cpi.container.TestMachine;
import org.openpks.director.cpi.host.Command;
import org.openpks.kernel.Fault;

/// A real node with a real monit: needs root and the built stemcell.
class ContainerAgentIT {

    private static TestMachine machine;
    private String vm = "";
    private Agent agent;

    @BeforeAll
    static void prepare() throws IOException {
        machine = new TestMachine(2);
    }

    @BeforeEach
    void makeNode() {
        vm = machine.cpi().createVm(machine.request(10)).cid();
        agent = machine.agent(vm);
    }

    @AfterEach
    void deleteNode() {
        machine.cpi().deleteVm(vm);
    }

    @AfterAll
    static void removeEverything() {
        if (machine != null) {
            machine.close();
        }
    }

    private static ApplySpec spec(RenderedJob... jobs) {
        return spec(Map.of(), jobs);
    }

    private static ApplySpec spec(Map<String, Path> packages, RenderedJob... jobs) {
        return new ApplySpec(
                "service-instance_1",
                "worker",
                "8f3cb5ab",
                2,
                "z1",
                packages,
                Stream.of(jobs).collect(Collectors.toMap(RenderedJob::name, job -> job)),
                Map.of("100.96.0.10", List.of("master-0.internal", "master.internal")));
    }

    private void running() throws InterruptedException {
        TestMachine.eventually("all processes run", () -> agent.state().running());
    }

    @Test
    void putsJobsPackagesAndNamesInPlace() throws IOException {
        var tool = Files.createDirectories(machine.settings().home().resolve("tool/bin"));
        Files.writeString(tool.resolve("hello"), "content");

        agent.apply(spec(Map.of("tool", tool.getParent()), TestJobs.daemon("one")));

        assertThat(machine.shell(vm, "cat /var/vcap/packages/tool/bin/hello")).isEqualTo("content");
        assertThat(machine.shell(vm, "touch /var/vcap/packages/tool/x 2>&1 || true"))
                .contains("Read-only");
        assertThat(machine.shell(
                                vm,
                                "stat -L -c '%A %U:%G' /var/vcap/jobs/one /var/vcap/jobs/one/bin/ctl /var/vcap/jobs/one/monit")
                        .lines())
                .containsExactly("drwxr-x--- root:vcap", "-rwxr-x--- root:vcap", "-rw-r----- root:vcap");
        assertThat(machine.shell(vm, "cd /var/vcap/instance; cat id name deployment az index"))
                .isEqualTo("8f3cb5abworkerservice-instance_1z12");
        assertThat(machine.shell(vm, "getent hosts master.internal")).startsWith("100.96.0.10");
    }

    @Test
    void replacesWhatChangedAndRemovesWhatIsNoLongerNamed() throws IOException {
        var first = Files.createDirectories(machine.settings().home().resolve("first"));
        var second = Files.createDirectories(machine.settings().home().resolve("second"));
        Files.writeString(second.resolve("file"), "new");
        agent.apply(spec(Map.of("tool", first, "old", first), TestJobs.daemon("one"), TestJobs.daemon("two")));

        agent.apply(spec(Map.of("tool", second), TestJobs.script("one", "run", "echo new")));

        assertThat(machine.shell(vm, "ls /var/vcap/packages /var/vcap/jobs /var/vcap/packages/tool"))
                .isEqualTo("/var/vcap/jobs:\none\n\n/var/vcap/packages:\ntool\n\n/var/vcap/packages/tool:\nfile");
        assertThat(machine.shell(vm, "ls /var/vcap/jobs/one/bin")).isEqualTo("run");
        assertThat(first).exists();
    }

    @Test
    void startsAllProcessesAtOnce() throws Exception {
        var names = List.of("a", "b", "c", "d", "e", "f");
        agent.apply(spec(names.stream().map(TestJobs::daemon).toArray(RenderedJob[]::new)));
        assertThat(agent.state().jobState()).isEqualTo("stopped");

        agent.start();
        running();

        assertThat(agent.state().processes()).hasSize(6).allSatisfy(process -> assertThat(process.state())
                .isEqualTo("running"));
        var started = machine.shell(vm, "cat /var/vcap/sys/log/*/started.log | sort -n")
                .lines()
                .map(Long::valueOf)
                .toList();
        assertThat(started).as("each was started once").hasSize(6);
        assertThat(Duration.ofNanos(started.getLast() - started.getFirst())).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void canBeStartedTwice() throws Exception {
        agent.apply(spec(TestJobs.daemon("one")));
        agent.start();
        agent.start();
        running();

        assertThat(machine.shell(vm, "wc -l < /var/vcap/sys/log/one/started.log"))
                .isEqualTo("1");
    }

    @Test
    void startsAProcessAgainThatDies() throws Exception {
        agent.apply(spec(TestJobs.daemon("one")));
        agent.start();
        running();

        machine.shell(vm, "kill -9 $(cat /var/vcap/sys/run/one/one.pid)");

        TestMachine.eventually(
                "monit starts it again", () -> machine.shell(vm, "wc -l < /var/vcap/sys/log/one/started.log")
                        .equals("2"));
        running();
    }

    @Test
    void stopsForGoodUntilStartedAgain() throws Exception {
        agent.apply(spec(TestJobs.daemon("one"), TestJobs.daemon("two")));
        agent.start();
        running();

        agent.stop();

        assertThat(agent.state().jobState()).isEqualTo("stopped");
        assertThat(agent.state().processes()).extracting(Agent.Process::state).containsOnly("stopped");
        assertThat(machine.shell(vm, "pgrep sleep -c || true")).isEqualTo("0");
        machine.cpi().rebootVm(vm);
        TestMachine.eventually(
                "monit answers after the reboot", () -> agent.state().jobState().equals("stopped"));
        assertThat(machine.shell(vm, "pgrep sleep -c || true")).isEqualTo("0");

        agent.start();
        running();
    }

    @Test
    void startsItsJobsAfterAReboot() throws Exception {
        agent.apply(spec(TestJobs.daemon("one"), TestJobs.daemon("two")));
        agent.start();
        running();

        machine.cpi().rebootVm(vm);
        running();

        assertThat(machine.shell(vm, "cat /var/vcap/sys/log/*/started.log | wc -l"))
                .isEqualTo("4");
    }

    @Test
    void updatesAJobBetweenStopAndStart() throws Exception {
        agent.apply(spec(TestJobs.daemon("one"), TestJobs.daemon("gone")));
        agent.start();
        running();

        agent.stop();
        agent.apply(spec(TestJobs.daemon("one"), TestJobs.daemon("new")));
        agent.start();
        running();

        assertThat(agent.state().processes()).extracting(Agent.Process::name).containsExactlyInAnyOrder("one", "new");
        assertThat(machine.shell(vm, "pgrep sleep -c")).isEqualTo("2");
    }

    @Test
    void saysThatAProcessFailsWhichCannotStart() throws Exception {
        agent.apply(spec(new RenderedJob(
                "broken",
                Map.of(
                        "monit",
                        "check process broken with pidfile /var/vcap/sys/run/broken/pid\n  start program \"/var/vcap/jobs/broken/bin/ctl\"\n",
                        "bin/ctl",
                        "#!/bin/bash\necho no such database >&2\nexit 1\n"),
                "")));

        agent.start();

        TestMachine.eventually("it fails", () -> agent.state().jobState().equals("failing"));
    }

    @Test
    void refusesAMonitFileThatMonitCannotRead() {
        agent.apply(spec(new RenderedJob("broken", Map.of("monit", "check process broken with nonsense"), "")));

        assertThatThrownBy(agent::start)
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(AgentFaultCode.MONIT_FILE_INVALID))
                .hasMessageContaining("syntax error");
    }

    @Test
    void runsScriptsOfAllJobsAtOnceWithTheirEnvironment() {
        var text = "echo $BOSH_DEPLOYMENT_NEXT_STATE; sleep 2\n";
        agent.apply(spec(
                TestJobs.script("one", "pre-start", text),
                TestJobs.script("two", "pre-start", text),
                TestJobs.script("three", "pre-start", text)));
        long before = System.nanoTime();

        agent.runScript("pre-start", Map.of("BOSH_DEPLOYMENT_NEXT_STATE", "keep"));

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        assertThat(agent.logTail("two", 5)).isEqualTo("keep\n");
    }

    @Test
    void namesTheJobWhoseScriptFailsAndWhatItSaid() {
        agent.apply(spec(
                TestJobs.script("fine", "post-start", "exit 0"),
                TestJobs.script("broken", "post-start", "echo the disk is full >&2; exit 3")));

        assertThatThrownBy(() -> agent.runScript("post-start", Map.of()))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(AgentFaultCode.SCRIPT_FAILED))
                .hasMessage("1 of 2 post-start scripts failed: broken. Last lines of broken: the disk is full");
    }

    @Test
    void drainsAsLongAsTheScriptAsks() {
        agent.apply(
                spec(
                        TestJobs.script(
                                "one",
                                "drain",
                                "echo $1 >> /var/vcap/sys/log/one/calls; [ $(wc -l < /var/vcap/sys/log/one/calls) = 1 ] && echo -1 || echo 0")));

        agent.drain("job_shutdown", Map.of());

        assertThat(machine.shell(vm, "cat /var/vcap/sys/log/one/calls")).isEqualTo("job_shutdown\njob_check_status");
    }

    @Test
    void failsWhenADrainScriptPrintsNoNumber() {
        agent.apply(spec(TestJobs.script("one", "drain", "echo soon")));

        assertThatThrownBy(() -> agent.drain("job_changed", Map.of())).hasMessageContaining("printed no number");
    }

    @Test
    void reportsAnErrandsResult() {
        agent.apply(spec(TestJobs.script("task", "run", "echo done; echo careful >&2; exit 4")));

        var result = agent.runErrand("task", TestMachine.PATIENCE);

        assertThat(result).isEqualTo(new Agent.ErrandResult(4, "done\n", "careful\n"));
        assertThatThrownBy(() -> agent.runErrand("other", TestMachine.PATIENCE))
                .hasMessageContaining("no errand other");
    }

    @Test
    void endsAProgramThatTakesTooLongWithItsChildren() {
        assertThatThrownBy(() -> agent.exec(List.of("bash", "-c", "sleep 71; true"), Duration.ofMillis(500)))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.code()).isEqualTo(AgentFaultCode.PROGRAM_TIMEOUT));
        assertThat(machine.shell(vm, "pgrep -f 'sleep 7[1]' -c || true")).isEqualTo("0");
    }

    @Test
    void packsTheLogs() throws Exception {
        agent.apply(spec(TestJobs.script("one", "post-deploy", "echo hello")));
        agent.runScript("post-deploy", Map.of());

        var archive = agent.fetchLogs(machine.settings().home());

        assertThat(Command.of("tar", "--list", "--file=" + archive).check()).contains("./one/post-deploy.stdout.log");
    }

    @Test
    void quotesNoFileOfTheMachineThatANodesLinkNames() throws IOException {
        var secret = Files.writeString(machine.settings().home().resolve("secret"), "of the machine");
        agent.apply(spec(TestJobs.script("one", "post-start", "exit 3")));
        machine.shell(
                vm,
                "cd /var/vcap/sys/log/one; ln -s %1$s x.log; ln -sf %1$s post-start.stderr.log; mkfifo p.log; echo own > own.log"
                        .formatted(secret));

        assertThat(agent.logTail("one", 50)).isEqualTo("own\n");
        assertThatThrownBy(() -> agent.runScript("post-start", Map.of()))
                .isInstanceOf(Fault.class)
                .hasMessageNotContaining("of the machine");
        assertThat(secret).exists();
    }

    @Test
    void writesNothingThroughLinksThatLeaveTheNode() throws IOException {
        var other = Files.createDirectories(machine.settings().home().resolve("other/one"));
        agent.apply(spec(TestJobs.script("one", "run", "exit 0")));
        machine.shell(vm, "cd /var/vcap/data; rm -r jobs; ln -s %s jobs".formatted(other.getParent()));

        assertThatThrownBy(() -> agent.apply(spec(TestJobs.script("one", "run", "exit 1"))))
                .isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> agent.apply(spec())).isInstanceOf(UncheckedIOException.class);
        assertThat(other).isEmptyDirectory();
    }

    @Test
    @SuppressWarnings("unchecked")
    void tellsVitalsAsTextInBoshsForm() {
        var vitals = agent.state().vitals();

        assertThat(vitals).containsKeys("cpu", "disk", "load", "mem", "swap", "uptime");
        assertThat((Map<String, Object>) vitals.get("mem")).containsOnlyKeys("kb", "percent");
        assertThat(((Map<String, String>) vitals.get("mem")).get("kb")).matches("\\d+");
        assertThat((List<String>) vitals.get("load")).hasSize(3);
    }

    @Test
    void saysThatAMachineWhoseMonitHangsDoesNotAnswer() throws Exception {
        agent.apply(spec(TestJobs.daemon("one")));
        agent.start();
        running();
        machine.shell(vm, "kill -STOP $(cat /run/monit.pid)");

        assertThat(agent.state().jobState()).isEqualTo("unresponsive agent");

        machine.shell(vm, "kill -CONT $(cat /run/monit.pid)");
        running();
    }

    @Test
    void saysThatAMachineWhichIsGoneDoesNotAnswer() {
        machine.cpi().deleteVm(vm);

        assertThat(agent.state().jobState()).isEqualTo("unresponsive agent");
        assertThatThrownBy(agent::start).isInstanceOfSatisfying(Fault.class, fault -> assertThat(fault.code())
                .isEqualTo(AgentFaultCode.MACHINE_UNRESPONSIVE));
    }
}
