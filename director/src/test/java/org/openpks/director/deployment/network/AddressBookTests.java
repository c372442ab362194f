package org.openpks.director.deployment.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openpks.director.deployment.instance.InMemoryInstances;
import org.openpks.director.deployment.instance.StoredInstance;
import org.openpks.director.deployment.instance.StoredInstance.Address;
import org.openpks.director.deployment.manifest.CloudConfig;

class AddressBookTests {

    private static final CloudConfig.Network NETWORK =
            CloudConfig.merge(List.of("""
                    azs: [{name: z1}, {name: z2}]
                    networks:
                    - name: n
                      subnets:
                      - {range: 10.0.0.0/29, gateway: 10.0.0.1, reserved: [10.0.0.2], static: [10.0.0.3], az: z1}
                      - {range: 10.0.1.0/29, gateway: 10.0.1.6, azs: [z1, z2]}
                    """)).networks().get("n");

    private final InMemoryInstances instances = new InMemoryInstances();

    @BeforeEach
    void save() {
        for (int i = 0; i < 20; i++) {
            instances.save(new StoredInstance(
                    "i" + i,
                    "d",
                    "g",
                    i,
                    "z1",
                    false,
                    false,
                    "started",
                    true,
                    "t",
                    Map.of(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty()));
        }
    }

    private List<String> settle(String id, String az, Map<String, String> fixed, Address... held) {
        return new AddressBook(instances)
                .settle(id, id, az, List.of(NETWORK), fixed, List.of(held)).stream()
                        .map(Address::ip)
                        .toList();
    }

    @Test
    void givesTheLowestFreeAddressOfTheZone() {
        assertThat(settle("i0", "z1", Map.of())).containsExactly("10.0.0.4");
        assertThat(settle("i1", "z2", Map.of())).containsExactly("10.0.1.1");
        assertThat(settle("i2", "z1", Map.of())).containsExactly("10.0.0.5");
        assertThat(settle("i3", "z1", Map.of())).containsExactly("10.0.0.6");
        assertThat(settle("i4", "z1", Map.of())).containsExactly("10.0.1.2");
    }

    @Test
    void keepsWhatFitsAndGivesBackWhatDoesNot() {
        settle("i0", "z1", Map.of());
        assertThat(settle("i0", "z1", Map.of(), new Address("n", "10.0.0.4", false)))
                .containsExactly("10.0.0.4");
        assertThat(settle("i0", "z2", Map.of(), new Address("n", "10.0.0.4", false)))
                .containsExactly("10.0.1.1");
        assertThat(instances.addresses()).containsExactly("10.0.1.1");
    }

    @Test
    void givesStaticAddressesToWhoNamesThem() {
        assertThat(settle("i0", "z1", Map.of("n", "10.0.0.3"))).containsExactly("10.0.0.3");
        assertThatThrownBy(() -> settle("i1", "z1", Map.of("n", "10.0.0.3")))
                .hasMessageContaining("it is in use by another instance");
    }

    @Test
    void saysWhenNothingIsLeft() {
        for (int i = 0; i < 5; i++) {
            settle("i" + i, "z2", Map.of());
        }
        assertThatThrownBy(() -> settle("i9", "z2", Map.of()))
                .hasMessage("Failed to reserve IP for 'i9' in network 'n': no more available.");
    }

    @Test
    void takesTheNextWhenAnotherWasFaster() {
        var book = new AddressBook(instances);
        settle("i0", "z1", Map.of());
        assertThat(book.settle("i1", "i1", "z1", List.of(NETWORK), Map.of(), List.of()))
                .extracting(Address::ip)
                .containsExactly("10.0.0.5");
    }
}
