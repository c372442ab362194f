package org.openpks.director.cpi.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openpks.director.cpi.Cpi;
import org.openpks.director.cpi.CpiFaultCode;
import org.openpks.director.cpi.host.Command;
import org.openpks.director.cpi.host.Linux;
import org.openpks.kernel.Fault;

/// Real balancers in front of real nodes: needs root, haproxy and the built stemcell.
class BalancersIT {

    private static final int KILL = 9;
    private static TestMachine machine;

    @BeforeAll
    static void prepare() throws IOException {
        machine = new TestMachine(4);
    }

    @AfterEach
    void deleteNodes() {
        machine.cpi().vms().forEach(machine.cpi()::deleteVm);
        assertThat(ofBalancers()).isEmpty();
    }

    @AfterAll
    static void removeEverything() {
        if (machine != null) {
            machine.close();
        }
    }

    private static Map<String, Object> behind(String name, int host) {
        return Map.of(
                "load_balancer",
                Map.of("name", name, "address", machine.ip(host), "port", 8443, "health_path", "/readyz"));
    }

    /// A node behind the balancer at host 200, with a server that tells the node's number.
    private static String serving(int host) {
        var vm = machine.cpi()
                .createVm(machine.request(host, behind("front", 200)))
                .cid();
        machine.shell(vm, """
                mkdir /srv/web && cd /srv/web
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -subj /CN=x 2>&1
                printf 'HTTP/1.0 200 OK\\r\\n\\r\\n%d' >whoami
                setsid openssl s_server -accept 8443 -HTTP -quiet -cert cert.pem -key key.pem >/dev/null 2>&1 </dev/null &
                """.formatted(host));
        return vm;
    }

    private static void ready(String vm, boolean is) {
        machine.shell(vm, "printf 'HTTP/1.0 %s\\r\\n\\r\\n' >/srv/web/readyz".formatted(is ? "200 OK" : "503 No"));
    }

    /// Who answers at the balancer's address; empty when nobody does.
    private static String answer() {
        return Command.of(
                        "sh",
                        "-c",
                        "printf 'GET /whoami HTTP/1.0\\r\\n\\r\\n' | timeout 3 openssl s_client -quiet -connect %s:8443 2>/dev/null"
                                .formatted(machine.ip(200)))
                .within(Duration.ofSeconds(10))
                .run()
                .stdout()
                .replaceFirst("(?s).*\r\n\r\n", "");
    }

    private static Set<String> ofBalancers() {
        var names = new HashSet<String>();
        for (var item : machine.inventory().items()) {
            if (item.vmCid().filter(id -> id.startsWith("lb-")).isPresent()) {
                names.add(item.toString());
            }
        }
        return names;
    }

    private static Path directory() throws IOException {
        try (var entries = Files.list(machine.settings().balancers())) {
            return entries.findFirst().orElseThrow();
        }
    }

    private static long pid() {
        try {
            return Long.parseLong(
                    Files.readString(directory().resolve("haproxy.pid")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void leadsOnlyToMembersThatAreReady() throws Exception {
        var first = serving(10);
        var second = serving(11);
        ready(first, true);
        ready(second, false);
        TestMachine.eventually("the first answers", () -> answer().equals("10"));
        for (int i = 0; i < 5; i++) {
            assertThat(answer()).isEqualTo("10");
        }

        ready(second, true);
        ready(first, false);
        TestMachine.eventually("the second answers", () -> answer().equals("11"));

        ready(first, true);
        Linux.kill(NodeDirectory.of(machine.settings(), second).initPid().orElseThrow(), KILL);
        TestMachine.eventually("the first answers again", () -> answer().equals("10"));
    }

    @Test
    void comesWithItsFirstMachineAndGoesWithItsLast() throws Exception {
        assertThat(ofBalancers()).isEmpty();
        var first = serving(10);
        var second = serving(11);
        ready(first, true);
        ready(second, true);
        TestMachine.eventually("somebody answers", () -> !answer().isEmpty());
        var process = Path.of("/proc", String.valueOf(pid()));
        assertThat(Files.readString(process.resolve("status"))).containsPattern("Uid:\\s+[1-9]");
        assertThat(Files.getPosixFilePermissions(directory())).hasSize(3);

        machine.cpi().deleteVm(first);
        TestMachine.eventually("the second answers", () -> answer().equals("11"));
        assertThat(Files.readString(directory().resolve("haproxy.cfg")))
                .contains(machine.ip(11))
                .doesNotContain(machine.ip(10));

        machine.cpi().deleteVm(second);
        assertThat(ofBalancers()).isEmpty();
        assertThat(answer()).isEmpty();
    }

    @Test
    void comesBackWhenItDiedAndIsLeftAloneWhenItRuns() throws Exception {
        var vm = serving(10);
        ready(vm, true);
        TestMachine.eventually("it answers", () -> answer().equals("10"));
        long before = pid();

        // as after a restart of the control plane
        var later = new ContainerCpi(machine.settings(), Clock.systemUTC());
        later.tendBalancers();
        assertThat(pid()).isEqualTo(before);

        Linux.kill(before, KILL);
        // The kernel may need a moment to end it.
        TestMachine.eventually("another one runs", () -> {
            later.tendBalancers();
            return pid() != before;
        });
        TestMachine.eventually("it answers again", () -> answer().equals("10"));

        // as after a restart of the machine
        Linux.kill(pid(), KILL);
        var namespace = machine.settings().namespace(directory().getFileName().toString());
        Command.of("ip", "netns", "delete", namespace).check();
        later.tendBalancers();
        TestMachine.eventually("it answers with a new network", () -> answer().equals("10"));
    }

    @Test
    void refusesAnAddressThatIsInUse() {
        var node = machine.cpi().createVm(machine.request(200)).cid();
        refused(machine.request(10, behind("front", 200)), machine.ip(200));
        machine.cpi().deleteVm(node);

        machine.cpi().createVm(machine.request(10, behind("front", 200)));
        refused(machine.request(11, behind("other", 200)), machine.ip(200));
        refused(
                machine.request(
                        11, Map.of("load_balancer", Map.of("name", "far", "address", "100.112.1.1", "port", 8443))),
                "100.112.1.1");
        assertThat(machine.cpi().vms()).hasSize(1);
    }

    private static void refused(Cpi.VmRequest request, String named) {
        assertThatThrownBy(() -> machine.cpi().createVm(request)).isInstanceOfSatisfying(Fault.class, fault -> {
            assertThat(fault.code()).isEqualTo(CpiFaultCode.CLOUD_PROPERTIES_INVALID);
            assertThat(fault.userMessage()).contains(named);
        });
    }

    @Test
    void belongsToItsMachinesDeployment() {
        var vm = machine.cpi()
                .createVm(machine.request(10, behind("front", 200)))
                .cid();
        machine.cpi().setVmMetadata(vm, Map.of("deployment", "service-instance_7"));

        assertThat(machine.inventory().itemsOf("service-instance_7").stream()
                        .map(Inventory.Item::vmCid)
                        .flatMap(Optional::stream)
                        .distinct())
                .hasSize(2);
        assertThat(List.copyOf(ofBalancers())).hasSizeGreaterThan(3);
    }
}
