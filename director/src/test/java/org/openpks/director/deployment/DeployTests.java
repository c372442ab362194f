package org.openpks.director.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.director.deployment.DeploymentTasks.Errand;
import org.openpks.director.deployment.DeploymentTasks.InstanceAction;
import org.openpks.director.deployment.DeploymentTasks.Options;
import org.openpks.director.deployment.DeploymentTasks.StateChange;
import org.openpks.director.deployment.DeploymentTasks.Target;
import org.openpks.director.deployment.instance.StoredInstance;
import org.openpks.director.release.Releases;
import org.openpks.director.variable.Variables;
import org.openpks.kernel.Fault;

class DeployTests {

    @TempDir
    private Path directory;

    private World world;

    @BeforeEach
    void build() {
        world = new World(directory);
    }

    static String manifest(int masters, int workers, String port) {
        return """
                name: d
                releases: [{name: r, version: '1'}]
                stemcells: [{alias: s, os: debian, version: latest}]
                update: {canaries: 1, max_in_flight: 2, canary_watch_time: 200, update_watch_time: 1-200}
                variables:
                - {name: ca, type: certificate, options: {is_ca: true, common_name: ca}}
                - {name: pw, type: password}
                - {name: leaf, type: certificate, options: {ca: ca, common_name: x}}
                instance_groups:
                - name: master
                  instances: %d
                  azs: [z1, z2, z3]
                  vm_type: small
                  stemcell: s
                  persistent_disk_type: d
                  networks: [{name: default}]
                  jobs: [{name: server, release: r, properties: {port: 1, password: ((pw))}}]
                - name: worker
                  instances: %d
                  azs: [z1, z2, z3]
                  vm_type: small
                  stemcell: s
                  networks: [{name: default}]
                  update: {max_in_flight: 100%%}
                  jobs: [{name: server, release: r, properties: {port: %s}}]
                - name: once
                  instances: 1
                  azs: [z1]
                  lifecycle: errand
                  vm_type: small
                  stemcell: s
                  networks: [{name: default}]
                  jobs: [{name: server, release: r}]
                """.formatted(masters, workers, port);
    }

    @Test
    void makesAllMachinesThenStartsGroupByGroup() throws Exception {
        var task = world.deploy(manifest(1, 3, "2"));

        assertThat(world.cloud.machines).hasSize(4).allSatisfy((cid, machine) -> assertThat(machine.running)
                .isTrue());
        assertThat(task.events.stream().filter(line -> !line.startsWith("  ")).toList())
                .startsWith(
                        "Preparing deployment[]: Preparing deployment", "Preparing deployment[]: Rendering templates")
                .contains("Creating missing vms[]: master/ID (0)", "Updating instance[master]: master/ID (0) (canary)")
                .contains(
                        "Updating instance[worker]: worker/ID (0) (canary)",
                        "Updating instance[worker]: worker/ID (2)");
        var starts = world.cloud.log.stream()
                .filter(line -> line.startsWith("start"))
                .toList();
        assertThat(starts.getFirst()).isEqualTo("start master/0");
        int lastCreate = world.cloud.log.lastIndexOf(world.cloud.log.stream()
                .filter(line -> line.startsWith("create"))
                .reduce((a, b) -> b)
                .orElseThrow());
        assertThat(world.cloud.log.indexOf("start master/0")).isGreaterThan(lastCreate);
        assertThat(world.deployments.find("d").orElseThrow().manifest()).contains(manifest(1, 3, "2"));
        assertThat(world.variables).containsKeys("/director/d/ca", "/director/d/pw", "/director/d/leaf");
    }

    @Test
    void givesMachinesNewTagsWithoutTouchingThem() throws Exception {
        world.deploy(manifest(1, 1, "2"));
        world.cloud.log.clear();

        world.deploy(manifest(1, 1, "2") + "tags: {team: blue, job: mine}\n");

        assertThat(world.cloud.log).noneMatch(line -> line.matches("(start|stop|create|delete).*"));
        assertThat(world.cloud.metadata.values()).hasSize(2).allSatisfy(metadata -> assertThat(metadata)
                .containsEntry("team", "blue")
                .containsEntry("deployment", "d")
                .as("BOSH's own win")
                .doesNotContainEntry("job", "mine"));

        world.deploy(manifest(1, 1, "2"));
        assertThat(world.cloud.metadata.values())
                .allSatisfy(metadata -> assertThat(metadata).doesNotContainKey("team"));
    }

    @Test
    void emptiesAGroupBehindTheOneThatTakesItsPlace() throws Exception {
        world.deploy(manifest(1, 2, "2"));
        world.cloud.log.clear();
        var other = manifest(1, 2, "2").replace("- name: worker\n", "- name: pool\n");
        var old = manifest(1, 0, "2");
        var leaving = old.substring(old.indexOf("- name: worker\n"), old.indexOf("- name: once\n"));

        world.deploy(other.replace("- name: once\n", leaving + "- name: once\n"));

        var log = world.cloud.log;
        assertThat(log).contains("start pool/0", "start pool/1");
        assertThat(log.indexOf("start pool/1"))
                .isLessThan(log.indexOf(log.stream()
                        .filter(line -> line.startsWith("delete"))
                        .findFirst()
                        .orElseThrow()));
        assertThat(world.instances.of("d")).noneMatch(one -> one.group().equals("worker"));
    }

    @Test
    void givesLowestAddressesAndSpreadsOverZones() throws Exception {
        world.deploy(manifest(1, 3, "2"));
        var instances = world.instances.of("d");
        assertThat(instances)
                .extracting(one -> one.addresses().getFirst().ip())
                .containsExactlyInAnyOrder("10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6");
        assertThat(instances.stream().filter(one -> one.group().equals("worker")))
                .extracting(StoredInstance::az)
                .containsExactly("z1", "z2", "z3");
        assertThat(instances.stream().filter(StoredInstance::bootstrap)).hasSize(3);
    }

    @Test
    void touchesNothingWhenNothingChanged() throws Exception {
        world.deploy(manifest(1, 3, "2"));
        world.cloud.log.clear();
        world.deploy(manifest(1, 3, "2"));
        assertThat(world.cloud.log).isEmpty();
    }

    @Test
    void updatesOnlyWhatChangedInPlace() throws Exception {
        world.deploy(manifest(1, 3, "2"));
        world.cloud.log.clear();
        var cids = List.copyOf(world.cloud.machines.keySet());
        world.deploy(manifest(1, 3, "3"));
        assertThat(world.cloud.log).filteredOn(line -> line.contains("master")).isEmpty();
        assertThat(world.cloud.log).containsSubsequence("stop worker/0", "apply worker/0", "start worker/0");
        assertThat(world.cloud.machines.keySet()).containsExactlyElementsOf(cids);
    }

    @Test
    void startsAsManyWorkersAtOnceAsMayBeInFlightAndNoMore() throws Exception {
        var small = inFlight(1);
        var large = inFlight(9);
        world.deploy(small);

        // Nobody comes past the barrier before four are there, so fewer at once would end in its time limit.
        var four = new CyclicBarrier(4);
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        world.cloud.duringStart = () -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
                four.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException("fewer than four workers start at once", e);
            } finally {
                now.decrementAndGet();
            }
        };
        world.deploy(large);

        assertThat(most).hasValue(4);
        assertThat(world.cloud.ofGroup("worker")).hasSize(9);
    }

    private static String inFlight(int workers) {
        return manifest(1, workers, "2")
                .replaceFirst("(?s)(- name: worker.*?)azs: \\[z1, z2, z3]", "$1azs: [z1]")
                .replace("max_in_flight: 100%", "canaries: 0, max_in_flight: 4");
    }

    @Test
    void scalesOutWithoutStoppingTheOthersAndTellsThemTheNewNames() throws Exception {
        world.deploy(manifest(1, 1, "2"));
        world.cloud.log.clear();
        world.deploy(manifest(1, 2, "2"));
        assertThat(world.cloud.log).filteredOn(line -> line.startsWith("stop")).isEmpty();
        assertThat(world.cloud.log).contains("apply master/0", "start worker/1");
        assertThat(world.cloud
                        .ofGroup("master")
                        .getFirst()
                        .applied
                        .orElseThrow()
                        .hosts())
                .hasSize(3);
    }

    @Test
    void drainsAndDeletesWhatIsTooMuch() throws Exception {
        world.job(
                "server",
                "{properties: {port: {default: 80}}, packages: [tool]}",
                Map.of("bin/drain", "x", "bin/pre-stop", "y"));
        world.deploy(manifest(1, 3, "2"));
        world.cloud.log.clear();
        var task = world.deploy(manifest(1, 1, "2"));
        assertThat(world.cloud.machines).hasSize(2);
        assertThat(world.cloud.log)
                .containsSubsequence(
                        "pre-stop worker/1 delete,delete,keep",
                        "drain worker/1 job_shutdown {\"persistent_disk\":0}",
                        "stop worker/1");
        assertThat(task.events).contains("Deleting unneeded instances[worker]: worker/ID (1)");
        assertThat(world.instances.of("d")).hasSize(3);
    }

    @Test
    void recreatesTheMachineWhenItsTypeChangesAndKeepsAddressAndDisk() throws Exception {
        world.deploy(manifest(1, 0, "2"));
        var before = world.instances.of("d").getFirst();
        world.deploy(manifest(1, 0, "2").replaceFirst("vm_type: small", "vm_type: large"));
        var after = world.instances.of("d").getFirst();
        assertThat(after.vm().orElseThrow().cid())
                .isNotEqualTo(before.vm().orElseThrow().cid());
        assertThat(after.disk().orElseThrow().cid())
                .isEqualTo(before.disk().orElseThrow().cid());
        assertThat(after.addresses()).isEqualTo(before.addresses());
        assertThat(world.cloud.machines.values().iterator().next().disk)
                .isEqualTo(Optional.of(after.disk().orElseThrow().cid()));
    }

    @Test
    void makesAMachineAgainThatIsGone() throws Exception {
        world.deploy(manifest(1, 2, "2"));
        world.cloud.machines.remove(world.cloud.ofGroup("worker").getFirst().cid);
        world.deploy(manifest(1, 2, "2"));
        assertThat(world.cloud.machines).hasSize(3).allSatisfy((cid, machine) -> assertThat(machine.running)
                .isTrue());
    }

    @Test
    void replacesAnUnresponsiveMachineWithFixOnly() throws Exception {
        world.deploy(manifest(1, 1, "2"));
        world.cloud.unresponsive.add(world.cloud.ofGroup("worker").getFirst().cid);
        assertThatThrownBy(() -> world.deploy(manifest(1, 1, "2")))
                .hasMessageContaining("Timed out sending 'get_state'");
        world.deploy(
                manifest(1, 1, "2"),
                new Options(false, true, false, Optional.empty(), Optional.empty(), Optional.empty()),
                Crash.never());
        assertThat(world.cloud.machines).hasSize(2);
        assertThat(world.cloud.log).filteredOn(line -> line.startsWith("stop")).isEmpty();
    }

    @Test
    void namesTheFailedJobAndKeepsTheOldManifest() throws Exception {
        world.cloud.failing.add("worker");
        assertThatThrownBy(() -> world.deploy(manifest(1, 2, "2")))
                .asInstanceOf(InstanceOfAssertFactories.type(Fault.class))
                .satisfies(fault -> {
                    assertThat(fault.userMessage())
                            .matches(
                                    "'worker/.* \\(0\\)' is not running after update. Review logs for failed jobs: server");
                    assertThat(fault.detail()).contains("could not bind").doesNotContain("top-secret-password");
                    assertThat(((DeploymentFault) fault.code()).number()).isEqualTo(400007);
                });
        assertThat(world.deployments.find("d").orElseThrow().manifest()).isEmpty();
        // The canary failed, so the second worker was not started; the next deploy does both.
        assertThat(world.cloud.log).doesNotContain("start worker/1");
        world.cloud.failing.clear();
        world.deploy(manifest(1, 2, "2"));
        assertThat(world.cloud.machines).hasSize(3).allSatisfy((cid, machine) -> assertThat(machine.running)
                .isTrue());
    }

    @Test
    void upgradesMastersOneByOneBeforeWorkersAndGoesOnAfterACanaryFailed() throws Exception {
        var old = manifest(3, 3, "2")
                .replaceFirst("persistent_disk", "update: {canaries: 0, max_in_flight: 1}\n  persistent_disk");
        world.deploy(old);
        var machines = List.copyOf(world.cloud.machines.keySet());
        world.packages.put("tool", new Releases.Package("tool", "f2", "", directory, List.of(), ""));
        world.release = "r/2";
        world.cloud.log.clear();
        world.cloud.failing.add("worker");
        var upgraded = old.replaceFirst("version: '1'", "version: '2'");
        assertThatThrownBy(() -> world.deploy(upgraded)).hasMessageContaining("is not running after update");
        assertThat(stopsAndStarts())
                .containsSubsequence("stop master/0", "start master/0", "stop master/1", "start master/1")
                .endsWith("stop worker/0", "start worker/0")
                .hasSize(8);

        world.cloud.failing.clear();
        world.cloud.log.clear();
        world.deploy(upgraded);
        assertThat(stopsAndStarts())
                .startsWith("stop worker/0", "start worker/0")
                .noneMatch(line -> line.contains("master"))
                .hasSize(6);
        assertThat(world.cloud.machines.keySet()).containsExactlyInAnyOrderElementsOf(machines);
        world.cloud.log.clear();
        world.deploy(upgraded);
        assertThat(stopsAndStarts()).isEmpty();
    }

    @Test
    void newVersionsOfVariablesReachMachinesByADeployAlone() throws Exception {
        world.deploy(manifest(1, 1, "2"));
        var before = world.variables.get("/director/d/pw");
        world.earlier.add(before);
        world.variables.put(
                "/director/d/pw",
                new Variables.Variable("2", before.name(), "password", "newer", Map.of(), before.createdAt(), false));
        world.cloud.log.clear();

        world.update(
                new DeploymentTasks.Update(
                        "d",
                        Optional.empty(),
                        List.of(),
                        Options.none(),
                        Optional.of(new DeploymentTasks.StateChange("master", Optional.empty(), "recreate"))),
                Crash.never());
        assertThat(String.valueOf(
                        world.cloud.ofGroup("master").getFirst().applied.orElseThrow()))
                .contains("top-secret-password")
                .doesNotContain("newer");

        world.deploy(manifest(1, 1, "2"));
        assertThat(String.valueOf(
                        world.cloud.ofGroup("master").getFirst().applied.orElseThrow()))
                .contains("newer");
        assertThat(stopsAndStarts()).noneMatch(line -> line.contains("worker"));
        assertThat(world.deployments.variables("d")).containsEntry("/director/d/pw", "2");
    }

    private List<String> stopsAndStarts() {
        return world.cloud.log.stream()
                .filter(line -> line.startsWith("stop ") || line.startsWith("start "))
                .toList();
    }

    @Test
    void leavesNothingAfterADelete() throws Exception {
        world.job("server", "{properties: {port: {default: 80}}, packages: [tool]}", Map.of("bin/pre-stop", "y"));
        world.deploy(manifest(3, 2, "2"));
        world.deploy(manifest(1, 2, "2"));
        assertThat(world.instances.orphanDisks()).hasSize(2);
        world.cloud.log.clear();
        world.delete(Crash.never());
        assertNothingLeft();
        assertThat(world.cloud.log)
                .contains("pre-stop master/0 delete,delete,delete")
                .doesNotContain("stop master/0");
    }

    private void assertNothingLeft() {
        assertThat(world.cloud.machines).isEmpty();
        assertThat(world.cloud.disks).isEmpty();
        assertThat(world.instances.of("d")).isEmpty();
        assertThat(world.instances.addresses()).isEmpty();
        assertThat(world.instances.orphanDisks()).isEmpty();
        assertThat(world.variables).isEmpty();
        assertThat(world.deployments.list()).isEmpty();
    }

    @Test
    void goesOnAfterACrashAtAnyCall() throws Exception {
        int crashes = crashEverywhere(
                crash -> new Attempt(world -> {}, world -> world.deploy(manifest(1, 2, "2"), Options.none(), crash)),
                world -> {
                    assertThat(world.cloud.machines).hasSize(3).allSatisfy((cid, machine) -> assertThat(machine.running)
                            .isTrue());
                    assertThat(world.instances.of("d")).hasSize(4);
                    assertThat(world.instances.of("d").stream().filter(one -> !one.errand()))
                            .allSatisfy(one -> assertThat(one.completed()).isTrue());
                });
        assertThat(crashes).isGreaterThan(60);
    }

    @Test
    void goesOnAfterACrashInAResizeWithRecreation() throws Exception {
        crashEverywhere(
                crash -> new Attempt(
                        world -> world.deploy(manifest(1, 3, "2")),
                        world -> world.deploy(
                                manifest(1, 1, "3").replaceFirst("vm_type: small", "vm_type: large"),
                                Options.none(),
                                crash)),
                world -> {
                    assertThat(world.cloud.machines).hasSize(2).allSatisfy((cid, machine) -> assertThat(machine.running)
                            .isTrue());
                    assertThat(world.cloud.disks).hasSize(1);
                    assertThat(world.instances.of("d")).hasSize(3);
                });
    }

    @Test
    void goesOnAfterACrashInAnUpgrade() throws Exception {
        int crashes = crashEverywhere(
                crash -> new Attempt(
                        world -> {
                            world.deploy(manifest(1, 2, "2"));
                            world.release = "r/2";
                            world.packages.put(
                                    "tool", new Releases.Package("tool", "f2", "", directory, List.of(), ""));
                            world.cloud.log.clear();
                        },
                        world -> world.deploy(
                                manifest(1, 2, "2").replaceFirst("version: '1'", "version: '2'"),
                                Options.none(),
                                crash)),
                world -> {
                    assertThat(world.cloud.machines).hasSize(3).allSatisfy((cid, machine) -> assertThat(machine.running)
                            .isTrue());
                    assertThat(world.cloud.log).contains("start master/0", "start worker/0", "start worker/1");
                    assertThat(world.deployments.find("d").orElseThrow().releases())
                            .containsExactly("r/2");
                });
        assertThat(crashes).isGreaterThan(20);
    }

    @Test
    void endsADeleteAfterACrashAtAnyCall() throws Exception {
        crashEverywhere(
                crash -> new Attempt(world -> world.deploy(manifest(1, 1, "2")), world -> world.delete(crash)),
                world -> {
                    this.world = world;
                    assertNothingLeft();
                });
    }

    @Test
    void deletesWhatACrashedDeployLeft() throws Exception {
        for (int at = 1; at < 400; at++) {
            var world = new World(directory);
            var crash = new Crash(at, at % 2 == 0);
            try {
                world.deploy(manifest(1, 1, "2"), Options.none(), crash);
            } catch (Crash.CrashError dead) {
                // The next director deletes.
            }
            world.delete(Crash.never());
            assertThat(world.cloud.machines).as("crash at call %d", at).isEmpty();
            assertThat(world.instances.of("d")).isEmpty();
            assertThat(world.deployments.list()).isEmpty();
            if (!crash.happened()) {
                break;
            }
        }
    }

    private record Attempt(Action before, Action crashing) {}

    @FunctionalInterface
    private interface Action {
        void run(World world) throws Exception;
    }

    private int crashEverywhere(Function<Crash, Attempt> attempts, Consumer<World> check) throws Exception {
        int at = 1;
        for (boolean more = true; more; at++) {
            more = false;
            for (boolean after : new boolean[] {false, true}) {
                var world = new World(directory);
                var crash = new Crash(at, after);
                attempts.apply(Crash.never()).before().run(world);
                try {
                    attempts.apply(crash).crashing().run(world);
                } catch (Crash.CrashError dead) {
                    attempts.apply(Crash.never()).crashing().run(world);
                }
                more |= crash.happened();
                try {
                    check.accept(world);
                } catch (AssertionError e) {
                    throw new AssertionError(
                            "after a crash %s call %d: %s".formatted(after ? "after" : "before", at, e.getMessage()),
                            e);
                }
            }
        }
        return at;
    }

    @Test
    void recordsWhatItDid() throws Exception {
        world.deploy(manifest(1, 0, "2"));
        assertThatThrownBy(() -> world.deploy("name: d"));
        world.delete(Crash.never());
        assertThat(world.events)
                .containsExactly(
                        "create deployment d", "create deployment d",
                        "update deployment d",
                                "update deployment d: Required property 'releases' was not specified in the manifest.",
                        "delete deployment d", "delete deployment d");
    }

    @Test
    void runsAnErrandJobInPlace() throws Exception {
        world.deploy(manifest(1, 2, "2"));
        world.cloud.log.clear();
        var task = world.errand(
                new Errand("d", "server", false, false, List.of(new Target("worker", Optional.of("first")))),
                Crash.never());
        assertThat(world.cloud.log).containsExactly("errand server worker/0");
        assertThat(task.results.getFirst())
                .contains("\"exit_code\":0", "\"errand_name\":\"server\"", "\"group\":\"worker\"");
        assertThat(task.results.getLast()).isEqualTo("1 succeeded, 0 errored, 0 canceled");
    }

    @Test
    void runsAnErrandGroupOnAMachineThatGoesAgain() throws Exception {
        world.deploy(manifest(1, 1, "2"));
        var task = world.errand(new Errand("d", "once", false, false, List.of()), Crash.never());
        assertThat(world.cloud.log).contains("errand server once/0");
        assertThat(world.cloud.machines).hasSize(2);
        assertThat(task.results.getLast()).isEqualTo("1 succeeded, 0 errored, 0 canceled");
        world.errand(new Errand("d", "once", false, false, List.of()), Crash.never());
        assertThat(world.cloud.machines).hasSize(2);
    }

    @Test
    void refusesErrandsThatMatchNothing() throws Exception {
        world.deploy(manifest(1, 1, "2"));
        assertThatThrownBy(() -> world.errand(new Errand("d", "none", false, false, List.of()), Crash.never()))
                .hasMessage("Errand 'none' doesn't exist");
        assertThatThrownBy(() -> world.errand(
                        new Errand("d", "server", false, false, List.of(new Target("worker", Optional.of("7")))),
                        Crash.never()))
                .hasMessage("No instances match selection criteria: [{group: worker, id: 7}]");
    }

    @Test
    void keepsAStoppedInstanceStoppedUntilItIsStarted() throws Exception {
        world.deploy(manifest(1, 2, "2"));
        var stop = new StateChange("worker", Optional.of("0"), "stopped");
        world.update(
                new DeploymentTasks.Update("d", Optional.empty(), List.of(), Options.none(), Optional.of(stop)),
                Crash.never());
        assertThat(world.cloud.ofGroup("worker").stream().filter(machine -> machine.running))
                .hasSize(1);
        world.cloud.log.clear();
        world.deploy(manifest(1, 2, "2"));
        assertThat(world.cloud.log).isEmpty();
        world.act(new InstanceAction("d", "worker", "0", "start", false, false));
        assertThat(world.cloud.ofGroup("worker").stream().filter(machine -> machine.running))
                .hasSize(2);
        world.act(new InstanceAction("d", "worker", "0", "stop", false, true));
        assertThat(world.cloud.machines).hasSize(2);
        world.deploy(manifest(1, 2, "2"));
        assertThat(world.cloud.machines).hasSize(2);
        world.act(new InstanceAction("d", "worker", "0", "recreate", false, false));
        assertThat(world.cloud.machines).hasSize(3).allSatisfy((cid, machine) -> assertThat(machine.running)
                .isTrue());
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> world.deploy(manifest(1, 1, "2").replace("version: '1'", "version: '9'")))
                .hasMessage("Release version 'r/9' doesn't exist");
        assertThatThrownBy(() -> world.deploy(manifest(1, 1, "2").replace("vm_type: small", "vm_type: huge")))
                .hasMessageContaining("references an unknown vm type 'huge'");
        assertThatThrownBy(() -> world.deploy(manifest(1, 1, "((none))")))
                .hasMessage("Failed to find variable '/director/d/none' from config server: it does not exist.");
        assertThatThrownBy(() -> world.deploy(manifest(1, 1, "2").replace("name: server", "name: other")))
                .hasMessageContaining("Job 'other' of instance group 'master' not found in release 'r/1'.");
        assertThat(world.cloud.machines).isEmpty();
    }
}
