package org.openpks.director.cpi.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openpks.director.agent.Agent;
import org.openpks.director.cpi.Cpi;
import org.openpks.director.cpi.CpiFaultCode;
import org.openpks.director.cpi.container.Inventory.Kind;
import org.openpks.director.cpi.host.Linux;
import org.openpks.kernel.Fault;

/// Real nodes on this machine: needs root and the built stemcell.
class ContainerCpiIT {

    private static TestMachine machine;

    @BeforeAll
    static void prepare() throws IOException {
        machine = new TestMachine(1);
    }

    @AfterEach
    void deleteNodes() {
        machine.cpi().vms().forEach(machine.cpi()::deleteVm);
    }

    @AfterAll
    static void removeEverything() {
        if (machine != null) {
            machine.close();
        }
    }

    private static Cpi cpi() {
        return machine.cpi();
    }

    private static String create(int host) {
        return cpi().createVm(machine.request(host)).cid();
    }

    /// What is left beside that which all nodes of a home share and which stays for its safety.
    private static Set<String> inventoryOfNodes() {
        return machine.inventory().items().stream()
                .filter(item -> item.vmCid().isPresent() || item.kind() == Kind.INTERFACE || item.kind() == Kind.MOUNT)
                .map(Inventory.Item::toString)
                .collect(Collectors.toSet());
    }

    @Test
    void makesAMachineWithItsOwnNameAddressAndProcesses() {
        var request = machine.request(10);
        var vm = cpi().createVm(request).cid();

        assertThat(cpi().hasVm(vm)).isTrue();
        assertThat(cpi().vms()).containsExactly(vm);
        assertThat(machine.shell(vm, "hostname")).isEqualTo(request.agentId());
        assertThat(machine.shell(vm, "ip -4 -brief address show eth0")).contains(machine.ip(10) + "/24");
        assertThat(machine.shell(vm, "cat /proc/1/comm")).isEqualTo("tini");
        assertThat(machine.shell(vm, "cat /etc/resolv.conf")).isEqualTo("nameserver 100.111.0.53");
        assertThat(machine.shell(vm, "cat /etc/machine-id"))
                .isEqualTo(request.agentId().replace("-", ""));
        assertThat(machine.shell(vm, "stat -f -c %T /var/lib/containerd /var/vcap/data | sort -u"))
                .doesNotContain("overlay");
    }

    @Test
    void limitsWhatTheVmTypeSays() throws IOException {
        var vm = cpi().createVm(machine.request(10, Map.of("cpu", 0.5, "ram", 256)))
                .cid();

        var group = machine.settings().cgroup(vm);
        boolean unified = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
        var memory = unified
                ? Path.of("/sys/fs/cgroup", group, "memory.max")
                : Path.of("/sys/fs/cgroup/memory", group, "memory.limit_in_bytes");
        assertThat(Files.readString(memory).strip()).isEqualTo(String.valueOf(256L << 20));
        var processor = unified
                ? Path.of("/sys/fs/cgroup", group, "cpu.max")
                : Path.of("/sys/fs/cgroup/cpu", group, "cpu.cfs_quota_us");
        assertThat(Files.readString(processor)).startsWith("50000");
    }

    @Test
    void refusesCloudPropertiesThatMakeNoSenseAndLeavesNothing() {
        var request = machine.request(10, Map.of("cpu", "many"));

        assertThatThrownBy(() -> cpi().createVm(request)).isInstanceOfSatisfying(Fault.class, fault -> {
            assertThat(fault.code()).isEqualTo(CpiFaultCode.CLOUD_PROPERTIES_INVALID);
            assertThat(fault.userMessage()).contains("cpu");
        });
        assertThat(inventoryOfNodes()).isEmpty();
    }

    @Test
    void makesFourMachinesAtOnceThatReachEachOtherAndTheMachineBelow() throws Exception {
        var vms = new ArrayList<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var creations = new ArrayList<Future<String>>();
            for (int host = 10; host < 14; host++) {
                int number = host;
                creations.add(threads.submit(() -> create(number)));
            }
            for (var creation : creations) {
                vms.add(creation.get());
            }
        }

        try (var server = new ServerSocket(0, 5, InetAddress.getByName(machine.gateway()))) {
            for (var vm : vms) {
                machine.shell(vm, "exec 3<>/dev/tcp/%s/%d".formatted(machine.gateway(), server.getLocalPort()));
            }
        }
        // a port without a listener answers by a refusal, which proves that the address is reached
        assertThat(machine.shell(vms.getFirst(), "(exec 3<>/dev/tcp/%s/9) 2>&1 || true".formatted(machine.ip(13))))
                .contains("refused");
        assertThatThrownBy(() -> connect(machine.ip(13))).hasMessageContaining("refused");
    }

    @Test
    void keepsPacketsToOurRangesOnTheMachine() {
        var vm = create(10);

        assertThat(machine.shell(vm, "(exec 3<>/dev/tcp/10.200.99.99/80) 2>&1 || true"))
                .containsAnyOf("unreachable", "No route to host");
        assertThatThrownBy(() -> connect("10.200.99.99")).hasMessageMatching(".*(unreachable|No route to host).*");
        cpi().deleteVm(vm);
        assertThatThrownBy(() -> connect(machine.ip(10)))
                .as("the guard stays when the bridge is gone")
                .hasMessageMatching(".*(unreachable|No route to host).*");
    }

    private static void connect(String address) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, 9), 2000);
        }
    }

    @Test
    void letsNoMountOfANodeOut() throws IOException {
        var vm = create(10);
        var before = Files.readAllLines(Path.of("/proc/self/mountinfo")).size();

        machine.shell(vm, "mkdir -p /var/lib/kubelet/x /var/vcap/data/y");
        machine.shell(vm, "mount -t tmpfs pod /var/lib/kubelet/x && mount -t tmpfs pod /var/vcap/data/y");

        assertThat(machine.shell(vm, "findmnt -n -o TARGET -t tmpfs")).contains("/var/lib/kubelet/x");
        assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo"))).hasSize(before);
    }

    @Test
    void keepsADiskWhileMachinesComeAndGo() {
        var disk = cpi().createDisk(64, Map.of(), Optional.empty());
        var first = create(10);
        cpi().attachDisk(first, disk);
        cpi().attachDisk(first, disk);
        machine.shell(first, "echo kept > /var/vcap/store/file");
        assertThatThrownBy(() -> cpi().deleteDisk(disk)).hasMessageContaining("attached");

        cpi().detachDisk(first, disk);
        assertThat(machine.shell(first, "ls /var/vcap/store")).isEmpty();
        cpi().attachDisk(first, disk);
        cpi().deleteVm(first);
        var second = create(11);
        cpi().attachDisk(second, disk);

        assertThat(machine.shell(second, "cat /var/vcap/store/file")).isEqualTo("kept");
        cpi().deleteVm(second);
        cpi().deleteDisk(disk);
        cpi().deleteDisk(disk);
        assertThat(cpi().hasDisk(disk)).isFalse();
    }

    @Test
    void bootsAgainWithEverythingThatWasAttached() throws Exception {
        var vm = create(10);
        var disk = cpi().createDisk(64, Map.of(), Optional.of(vm));
        cpi().attachDisk(vm, disk);
        var tool = Files.createDirectories(machine.settings().home().resolve("tool"));
        Files.writeString(tool.resolve("file"), "content");
        machine.agent(vm)
                .apply(new Agent.ApplySpec(
                        "d",
                        "g",
                        "id",
                        0,
                        "z1",
                        Map.of("tool", tool),
                        Map.of(),
                        Map.of("10.9.8.7", List.of("peer.internal"))));
        machine.shell(vm, "echo kept > /var/vcap/store/file; echo kept > /root/file");
        var before = machine.shell(vm, "cut -d' ' -f22 /proc/1/stat");

        cpi().rebootVm(vm);

        assertThat(machine.shell(vm, "cut -d' ' -f22 /proc/1/stat")).isNotEqualTo(before);
        assertThat(machine.shell(vm, "cat /var/vcap/store/file /root/file /var/vcap/packages/tool/file"))
                .isEqualTo("kept\nkept\ncontent");
        assertThat(machine.shell(vm, "getent hosts peer.internal")).startsWith("10.9.8.7");
        assertThat(machine.shell(vm, "ip -4 -brief address show eth0")).contains(machine.ip(10));
    }

    @Test
    void bootsAfterTheMachineBelowHasForgottenAllMountsAndNamespaces() {
        var vm = create(10);
        var disk = cpi().createDisk(64, Map.of(), Optional.of(vm));
        cpi().attachDisk(vm, disk);
        machine.shell(vm, "echo kept > /var/vcap/store/file");
        var node = NodeDirectory.of(machine.settings(), vm);
        Linux.kill(node.initPid().orElseThrow(), 9);
        Linux.mountsBelow(node.path()).forEach(Linux::detach);
        Linux.detach(Path.of("/run/netns", machine.settings().namespace(vm)));

        cpi().rebootVm(vm);

        assertThat(machine.shell(vm, "cat /var/vcap/store/file")).isEqualTo("kept");
    }

    @Test
    void deletesWithoutATrace() throws Exception {
        var vm = create(10);
        cpi().setVmMetadata(vm, Map.of("deployment", "service-instance_1", "name", "worker/0"));
        machine.shell(vm, "for group in /sys/fs/cgroup/*/; do mkdir -p $group/pods/one; done");
        machine.shell(vm, "ip netns add pod && ip link add pod0 type veth peer name eth0 netns pod");
        machine.shell(vm, "for i in 1 2 3; do setsid sleep 1000 < /dev/null > /dev/null 2>&1 & done");

        assertThat(machine.inventory().itemsOf("service-instance_1"))
                .extracting(Inventory.Item::kind)
                .contains(Kind.PROCESS, Kind.CONTROL_GROUP, Kind.MOUNT, Kind.NAMESPACE, Kind.INTERFACE, Kind.DIRECTORY);

        cpi().deleteVm(vm);
        cpi().deleteVm(vm);

        assertThat(machine.inventory().itemsOf("service-instance_1")).isEmpty();
        assertThat(inventoryOfNodes()).isEmpty();
        try (var groups = Files.find(Path.of("/sys/fs/cgroup"), 5, (path, _) -> path.endsWith(vm))) {
            assertThat(groups).as("in whatever tree").isEmpty();
        }
        assertThat(cpi().hasVm(vm)).isFalse();
        assertThat(machine.agent(vm).state().jobState()).isEqualTo("unresponsive agent");
    }

    @Test
    void keepsABridgeAsLongAsSomebodyNeedsIt() {
        var first = create(10);
        var second = create(11);

        cpi().deleteVm(first);
        assertThat(machine.inventory().items()).extracting(Inventory.Item::name).contains("ot1br0");
        cpi().deleteVm(second);
        assertThat(machine.inventory().items()).extracting(Inventory.Item::name).doesNotContain("ot1br0");
    }

    @Test
    void removesWhatADirectorLeavesThatIsKilledInTheMiddle() throws Exception {
        var random = new Random(7);
        for (int round = 0; round < 6; round++) {
            var director = director();
            try (var output =
                    new BufferedReader(new InputStreamReader(director.getInputStream(), StandardCharsets.UTF_8))) {
                firstMachine(output);
                Thread.sleep(Duration.ofMillis(random.nextInt(120)));
            }
            director.destroyForcibly().waitFor();
            var left = cpi().vms();
            assertThat(left).isNotEmpty();
            left.forEach(cpi()::deleteVm);
            assertThat(inventoryOfNodes()).as("round %d", round).isEmpty();
        }
    }

    @Test
    void leavesNodesRunningWhenTheDirectorDies() throws Exception {
        var director = director();
        String vm;
        try (var output =
                new BufferedReader(new InputStreamReader(director.getInputStream(), StandardCharsets.UTF_8))) {
            vm = firstMachine(output);
            director.destroyForcibly().waitFor();
        }

        assertThat(machine.shell(vm, "cat /proc/1/comm")).isEqualTo("tini");
        TestMachine.eventually("monit answers", () -> machine.agent(vm).state().running());
    }

    /// What it prints beside its log.
    private static String firstMachine(BufferedReader output) {
        return output.lines().filter(line -> line.startsWith("vm-")).findFirst().orElseThrow();
    }

    private static Process director() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndlessCreation.class.getName(),
                        "1",
                        machine.stemcell())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void storesTheSameStemcellOnceAndRefusesToDeleteOneInUse() {
        var image = machine.settings().home().resolve("image");
        assertThat(cpi().createStemcell(image, Map.of())).isEqualTo(machine.stemcell());
        create(10);

        assertThatThrownBy(() -> cpi().deleteStemcell(machine.stemcell())).hasMessageContaining("in use");
        assertThatThrownBy(() -> cpi().deleteStemcell("../../etc")).hasMessageContaining("no such stemcell");
    }

    @Test
    void findsNothingMissingOnAMachineThatCarriesNodes() {
        assertThat(new HostRequirements(machine.settings().home()).missing()).isEmpty();
    }
}
