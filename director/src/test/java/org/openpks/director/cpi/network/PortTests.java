package org.openpks.director.cpi.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PortTests {

    @Test
    void countsTheOnesOfANetmask() {
        assertThat(Port.prefixLength("255.255.255.0")).isEqualTo(24);
        assertThat(Port.prefixLength("255.240.0.0")).isEqualTo(12);
        assertThatThrownBy(() -> Port.prefixLength("255.0.255.0")).hasMessageContaining("255.0.255.0");
        assertThatThrownBy(() -> Port.prefixLength("0.0.0.0")).hasMessageContaining("0.0.0.0");
    }

    @Test
    void derivesTheHardwareAddressFromTheIp() {
        assertThat(TestPorts.node("100.96.0.10").mac()).isEqualTo("02:9c:64:60:00:0a");
    }

    @Test
    void refusesNamesThatCouldCarryMoreThanAName() {
        assertThatThrownBy(() -> new Port("br0; reboot", "opk0", "eth0", "100.96.0.2", 24, "", true))
                .hasMessageContaining("bridge");
        assertThatThrownBy(() -> new Port("br0", "opk0", "eth0", "100.96.0.2 dev lo", 24, "", true))
                .hasMessageContaining("address");
        assertThatThrownBy(() -> new Port("br0", "opk0", "eth0", "100.96.0.256", 24, "", true))
                .hasMessageContaining("100.96.0.256");
    }
}
