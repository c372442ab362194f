package org.openpks.api.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// The lists that `release/flags` writes of the programs' own words.
class ComponentFlagsTests {

    @Test
    void knowsTheFlagsOfBothMinorVersions() {
        assertThat(ComponentFlags.KNOWN).extracting(ComponentFlags::minor).containsExactly("1.37", "1.36");
        for (var flags : ComponentFlags.KNOWN) {
            for (var component : Component.values()) {
                assertThat(flags.names(component)).as("%s", component).hasSizeGreaterThan(50);
            }
            assertThat(flags.type(Component.KUBE_APISERVER, "service-node-port-range"))
                    .contains("portRange");
            assertThat(flags.type(Component.KUBE_APISERVER, "allow-privileged")).contains("bool");
            assertThat(flags.type(Component.KUBELET, "max-pods")).contains("int32");
            assertThat(flags.type(Component.KUBELET, "no-such-flag")).isEmpty();
            assertThat(flags.gates()).contains("AllAlpha");
            assertThat(flags.plugins()).contains("ResourceQuota", "PodSecurity");
        }
    }

    @Test
    void tellsMinorVersionsApart() {
        var flag = "concurrent-disruption-syncs";
        assertThat(ComponentFlags.of("1.36.3").type(Component.KUBE_CONTROLLER_MANAGER, flag))
                .isEmpty();
        assertThat(ComponentFlags.of("1.37.2").type(Component.KUBE_CONTROLLER_MANAGER, flag))
                .contains("int32");
        assertThat(ComponentFlags.of("1.99.0").minor()).isEqualTo("1.37");
    }

    @Test
    void refusesOnlyFlagsThatThereAre() {
        for (var component : Component.values()) {
            for (var flag : RefusedFlags.names(component)) {
                assertThat(List.of(ComponentFlags.KNOWN.getFirst(), ComponentFlags.KNOWN.getLast()))
                        .as("%s %s", component, flag)
                        .anyMatch(flags -> flags.type(component, flag).isPresent());
            }
        }
    }
}
