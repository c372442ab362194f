package org.openpks.director.cpi.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openpks.director.cpi.CpiFaultCode;
import org.openpks.kernel.Fault;

class LoadBalancerTests {

    private static final Map<String, Object> GOOD = Map.of(
            "name",
            "service-instance_1",
            "address",
            "100.96.0.200",
            "port",
            8443,
            "health_path",
            "/readyz?exclude=etcd");

    @Test
    void readsTheCloudProperty() {
        assertThat(LoadBalancer.of(GOOD))
                .isEqualTo(new LoadBalancer("service-instance_1", "100.96.0.200", 8443, "/readyz?exclude=etcd"));
    }

    @Test
    void hasAnIdThatFitsAnInterfaceAndDiffersByName() {
        var id = LoadBalancer.of(GOOD).id();

        assertThat(id)
                .matches("lb-[0-9a-f]{10}")
                .isEqualTo(LoadBalancer.of(GOOD).id());
        assertThat(new LoadBalancer("service-instance_2", "100.96.0.200", 8443, "").id())
                .isNotEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource({
        "name, a b, name",
        "name, ../x, name",
        "address, 100.96.0, address",
        "address, cluster.example.com, address",
        "port, 8443, port",
        "health_path, readyz, health_path",
        "health_path, '/ http-check', health_path"
    })
    void refusesWhatHaproxyWouldMisunderstand(String key, String value, String named) {
        var bad = new HashMap<>(GOOD);
        bad.put(key, value);

        assertThatThrownBy(() -> LoadBalancer.of(bad)).isInstanceOfSatisfying(Fault.class, fault -> {
            assertThat(fault.code()).isEqualTo(CpiFaultCode.CLOUD_PROPERTIES_INVALID);
            assertThat(fault.userMessage()).contains("load_balancer").contains(named);
        });
    }

    @Test
    void listensAtItsAddressAndChecksItsMembers() {
        var balancer = LoadBalancer.of(GOOD);
        var text = BalancerProgram.configuration(
                balancer,
                List.of(
                        new BalancerProgram.Member("vm-1", "100.96.0.10"),
                        new BalancerProgram.Member("vm-2", "100.96.0.11")),
                Path.of("/home/lb/haproxy.sock"));

        assertThat(BalancerProgram.listensAt(text, balancer)).isTrue();
        assertThat(BalancerProgram.listensAt(text, new LoadBalancer("x", "100.96.0.200", 8444, "")))
                .isFalse();
        assertThat(text)
                .contains("http-check send meth GET uri /readyz?exclude=etcd ver HTTP/1.1")
                .contains("check check-ssl verify none")
                .contains("\n  server vm-1 100.96.0.10:8443\n  server vm-2 100.96.0.11:8443\n");
    }
}
