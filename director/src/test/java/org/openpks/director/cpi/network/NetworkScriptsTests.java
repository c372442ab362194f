package org.openpks.director.cpi.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkScriptsTests {

    private final List<Port> ports = List.of(TestPorts.node("100.96.0.10"), TestPorts.second("100.97.0.10"));

    @Test
    void keepsOurRangesBehindUnreachableRoutesOfTheLastMetric() {
        assertThat(NetworkScripts.guardRoutes(List.of("100.96.0.0/12"), 177))
                .isEqualTo("route replace unreachable 100.96.0.0/12 metric 4278198177 proto 177\n");
    }

    @Test
    void makesOnlyTheMissingBridgesAndGivesEachItsGateway() {
        assertThat(NetworkScripts.bridges(List.of("br1"), ports, "openpks").lines())
                .containsExactly(
                        "link add br1 type bridge forward_delay 0",
                        "link set br1 alias openpks addrgenmode none up",
                        "addr replace 100.96.0.1/24 dev br0",
                        "addr replace 100.97.0.1/16 dev br1");
    }

    @Test
    void plugsEachPortIntoItsBridgeAndMarksItWithTheNode() {
        assertThat(NetworkScripts.outside("openpks-vm-1", "openpks", ports).lines())
                .containsExactly(
                        "netns add openpks-vm-1",
                        "link add opk01 type veth peer name eth0 address 02:9c:64:60:00:0a netns openpks-vm-1",
                        "link set opk01 alias openpks:openpks-vm-1 addrgenmode none master br0 up",
                        "link add opk02 type veth peer name eth1 address 02:9c:64:61:00:0a netns openpks-vm-1",
                        "link set opk02 alias openpks:openpks-vm-1 addrgenmode none master br1 up");
    }

    @Test
    void routesTheNodeThroughItsDefaultNetworkAlone() {
        assertThat(NetworkScripts.inside(ports).lines())
                .containsExactly(
                        "link set lo up",
                        "addr add 100.96.0.10/24 dev eth0",
                        "link set eth0 up",
                        "addr add 100.97.0.10/16 dev eth1",
                        "link set eth1 up",
                        "route add default via 100.96.0.1 dev eth0");
    }

    @Test
    void translatesOnlyWhatLeavesOurRangesAndOurBridges() {
        var script = NetworkScripts.firewall("openpks", List.of("br0", "br1"), List.of("100.96.0.0/12"));

        assertThat(script)
                .contains("elements = { \"br0\", \"br1\" }")
                .contains("ip saddr @ranges ip daddr != @ranges oifname != @bridges masquerade")
                .contains("oifname != @bridges ct state invalid drop");
    }

    @Test
    void leavesTheSetOfBridgesEmptyWhenThereAreNone() {
        assertThat(NetworkScripts.firewall("openpks", List.of(), List.of("100.96.0.0/12")))
                .doesNotContain("elements = {  }");
    }

    @Test
    void opensAnotherProgramsFirewallForOurBridges() {
        assertThat(NetworkScripts.passage(List.of("br0"), "openpks").lines())
                .containsExactly(
                        "*filter",
                        "-I FORWARD -i br0 -m comment --comment openpks -j ACCEPT",
                        "-I FORWARD -o br0 -m comment --comment openpks -j ACCEPT",
                        "COMMIT");
    }
}
