package org.openpks.director.cpi.network;

/// Ports for tests.
final class TestPorts {

    private TestPorts() {}

    static Port node(String ip) {
        return new Port("br0", "opk01", "eth0", ip, 24, "100.96.0.1", true);
    }

    static Port second(String ip) {
        return new Port("br1", "opk02", "eth1", ip, 16, "100.97.0.1", false);
    }
}
