package org.openpks.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.kernel.Fault;

class ParametersTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo.example.com",
                "k8s",
                "a-b.c",
                "10.0.0.5",
                "255.255.255.255",
                "1a.example.com",
                "Demo.Example.COM",
                " k8s "
            })
    void takesHostNamesAndAddresses(String host) {
        assertThat(parse(Parameters.MASTER_HOST, host).masterHost())
                .contains(host.strip().toLowerCase(Locale.ROOT));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of(Parameters.MASTER_HOST, "", "kubernetes_master_host must not be empty"),
                Arguments.of(Parameters.MASTER_HOST, 5, "kubernetes_master_host must be a string"),
                Arguments.of(Parameters.MASTER_HOST, "a".repeat(65), "must not have more than 64 characters"),
                Arguments.of(Parameters.MASTER_HOST, "under_score.example.com", "must be a host name"),
                Arguments.of(Parameters.MASTER_HOST, "-a.example.com", "must be a host name"),
                Arguments.of(Parameters.MASTER_HOST, "a..b", "must be a host name"),
                Arguments.of(Parameters.MASTER_HOST, "a.example.com.", "must be a host name"),
                Arguments.of(Parameters.MASTER_HOST, "1.2.3.256", "must be a host name"),
                Arguments.of(Parameters.MASTER_HOST, "1.2.3", "must be a host name"),
                Arguments.of(Parameters.MASTER_HOST, "https://a", "must be a host name"),
                Arguments.of(Parameters.MASTER_HOST, "a b", "must be a host name"),
                Arguments.of(Parameters.MASTER_HOST, "a\nb", "must be a host name"),
                Arguments.of(Parameters.WORKERS, 0, "kubernetes_worker_instances must be at least 1"),
                Arguments.of(Parameters.WORKERS, -3, "kubernetes_worker_instances must be at least 1"),
                Arguments.of(Parameters.WORKERS, "3", "kubernetes_worker_instances must be a whole number"),
                Arguments.of(Parameters.WORKERS, 2.5, "kubernetes_worker_instances must be a whole number"),
                Arguments.of(Parameters.WORKERS, true, "kubernetes_worker_instances must be a whole number"),
                Arguments.of(Parameters.WORKERS, List.of(), "kubernetes_worker_instances must be a whole number"),
                Arguments.of(Parameters.WORKERS, BigInteger.TWO.pow(70), "must be at least 1"),
                Arguments.of(Parameters.MASTER_PORT, 0, "kubernetes_master_port must be between 1 and 65535"),
                Arguments.of(Parameters.MASTER_PORT, 65_536, "kubernetes_master_port must be between 1 and 65535"),
                Arguments.of(Parameters.MASTER_PORT, 2379, "must be a port that the masters do not use themselves"),
                Arguments.of("kubelet_drain_timeout", "1441", "kubelet_drain_timeout must be between 0 and 1440"),
                Arguments.of("kubelet_drain_timeout", "soon", "kubelet_drain_timeout must be a whole number"),
                Arguments.of("kubelet_drain_grace_period", -2, "must be between -1 and 86400"),
                Arguments.of("kubelet_drain_force", "yes", "kubelet_drain_force must be true or false"),
                Arguments.of("kubernetes_worker_instance", 3, "is not a parameter of this service"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void namesTheParameterThatIsWrong(String name, Object value, String message) {
        assertThatThrownBy(() -> parse(name, value)).isInstanceOfSatisfying(Fault.class, fault -> {
            assertThat(fault.code()).isEqualTo(AdapterFault.PARAMETER_INVALID);
            assertThat(fault.userMessage()).startsWith(name + " ").contains(message);
        });
    }

    @Test
    void readsDrainSettingsInTheFormsThatClientsSend() {
        var text = parse(Map.of("kubelet_drain_timeout", "10", "kubelet_drain_force", "True"));
        var typed = parse(Map.of("kubelet_drain_timeout", 10, "kubelet_drain_force", true));
        assertThat(text).isEqualTo(typed);
        assertThat(text.settings())
                .containsEntry("kubelet_drain_timeout", 10)
                .containsEntry("kubelet_drain_force", true);
    }

    @Test
    void takesNullAsAbsent() {
        var given = new HashMap<String, @Nullable Object>();
        given.put(Parameters.WORKERS, null);
        given.put("anything", null);
        assertThat(Parameters.of(Map.of("parameters", given)).workers()).isEmpty();
    }

    @Test
    void refusesParametersThatAreNoObject() {
        assertThatThrownBy(() -> Parameters.of(Map.of("parameters", List.of(1))))
                .hasMessage("parameters must be an object");
    }

    private static Parameters parse(String name, Object value) {
        return parse(Map.of(name, value));
    }

    private static Parameters parse(Map<String, Object> parameters) {
        return Parameters.of(Map.of("parameters", parameters));
    }
}
