package org.openpks.director.cpi.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.openpks.director.cpi.host.Caller;
import tools.jackson.databind.JsonNode;

class BundleTests {

    private final Caller caller = new Caller(List.of("CAP_CHOWN", "CAP_NET_ADMIN"), 20_000);
    private final NodeDirectory directory = new NodeDirectory(Path.of("/home/nodes/vm-0123456789"));

    private JsonNode config(double cpu, long ramMb) {
        var record = new NodeRecord(
                "vm-0123456789", "a", "host-1", "sc", "2026-01-01T00:00:00Z", cpu, ramMb, List.of(), null);
        var config = Bundle.config(
                record, directory, "openpks/vm-0123456789", Path.of("/run/netns/openpks-vm-0123456789"), caller);
        return Json.MAPPER.valueToTree(config);
    }

    @Test
    void grantsExactlyWhatTheCallerHas() {
        var process = config(0, 0).get("process");

        assertThat(process.get("capabilities").get("effective").valueStream().map(JsonNode::asString))
                .containsExactly("CAP_CHOWN", "CAP_NET_ADMIN");
        assertThat(process.get("rlimits").get(0).get("hard").asLong()).isEqualTo(20_000);
    }

    @Test
    void joinsTheNetworkThatWasMadeAndHasEverythingElseOfItsOwn() {
        var namespaces = config(0, 0).get("linux").get("namespaces");

        assertThat(namespaces.valueStream().map(space -> space.get("type").asString()))
                .containsExactly("pid", "ipc", "uts", "mount", "cgroup", "network");
        assertThat(namespaces.get(5).get("path").asString()).isEqualTo("/run/netns/openpks-vm-0123456789");
    }

    @Test
    void limitsProcessorAndMemoryByTheVmType() {
        var resources = config(1.5, 2048).get("linux").get("resources");

        assertThat(resources.get("cpu").get("quota").asInt()).isEqualTo(150_000);
        assertThat(resources.get("cpu").get("period").asInt()).isEqualTo(100_000);
        assertThat(resources.get("memory").get("limit").asLong()).isEqualTo(2_147_483_648L);
    }

    @Test
    void limitsNothingWhenTheVmTypeNamesNothing() {
        var resources = config(0, 0).get("linux").get("resources");

        assertThat(resources.has("cpu")).isFalse();
        assertThat(resources.has("memory")).isFalse();
    }

    @Test
    void letsMountsInAndNoneOut() {
        var config = config(0, 0);

        assertThat(config.get("linux").get("rootfsPropagation").asString()).isEqualTo("rslave");
        var vcap = config.get("mounts")
                .valueStream()
                .filter(mount -> mount.get("destination").asString().equals("/var/vcap"))
                .findFirst()
                .orElseThrow();
        assertThat(vcap.get("options").valueStream().map(JsonNode::asString)).containsExactly("rbind", "rslave", "rw");
    }

    @Test
    void keepsContainerdsDirectoryOffTheOverlay() {
        assertThat(config(0, 0).get("mounts").valueStream().map(mount -> mount.get("destination")
                        .asString()))
                .contains("/var/lib/containerd", "/var/lib/kubelet", "/var/lib/cni");
    }

    @Test
    void namesTheMachineAfterItsAgent() {
        assertThat(BootFiles.machineId("8f3cb5ab-39e6-4a1e-9c2b-0123456789ab"))
                .isEqualTo("8f3cb5ab39e64a1e9c2b0123456789ab");
        assertThat(BootFiles.machineId("agent-7")).matches("[0-9a-f]{32}");
    }

    @Test
    void givesMonitASocketInsteadOfAPort() {
        assertThat(BootFiles.monitrc("secret"))
                .contains("set httpd unixsocket /var/vcap/monit/monit.sock permission 0600 allow vcap:\"secret\"")
                .doesNotContain("port");
    }

    @Test
    void refusesAHomeThatIsTooLongForSockets() {
        assertThat(settings("/var/lib/openpks").cgroup("vm-1")).isEqualTo("openpks/vm-1");
        Assertions.assertThatThrownBy(() -> settings("/" + "x".repeat(60))).hasMessageContaining("48 characters");
    }

    private static ContainerCpiSettings settings(String home) {
        return new ContainerCpiSettings(Path.of(home), "openpks", "opk", List.of("100.96.0.0/12"), 177);
    }
}
