package org.openpks.director.deployment.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openpks.director.deployment.instance.StoredInstance;
import org.openpks.director.deployment.manifest.CloudConfig;
import org.openpks.director.deployment.manifest.Manifest;

class PlacementTests {

    private static final CloudConfig CLOUD = CloudConfig.merge(List.of("""
            azs: [{name: z1}, {name: z2}, {name: z3}]
            networks:
            - name: default
              subnets:
              - {range: 10.0.1.0/24, gateway: 10.0.1.1, az: z1, static: [10.0.1.10-10.0.1.20]}
              - {range: 10.0.2.0/24, gateway: 10.0.2.1, az: z2, static: [10.0.2.10-10.0.2.20]}
              - {range: 10.0.3.0/24, gateway: 10.0.3.1, azs: [z3]}
            """));

    private int next;

    private static Manifest.InstanceGroup group(int instances, String azs, String network) {
        return Manifest.parse("""
                        name: d
                        releases: [{name: r, version: '1'}]
                        stemcells: [{alias: s, os: debian, version: latest}]
                        update: {canaries: 1, max_in_flight: 1, canary_watch_time: 1, update_watch_time: 1}
                        instance_groups:
                        - {name: web, instances: %d, azs: [%s], vm_type: t, stemcell: s, networks: [%s], jobs: []}
                        """.formatted(instances, azs, network)).groups().getFirst();
    }

    private static StoredInstance existing(int index, String az, boolean disk, String... ips) {
        var addresses = new ArrayList<StoredInstance.Address>();
        for (var ip : ips) {
            addresses.add(new StoredInstance.Address("default", ip, true));
        }
        return new StoredInstance(
                "old-" + index,
                "d",
                "web",
                index,
                az,
                index == 0,
                false,
                "started",
                true,
                "t",
                Map.of(),
                addresses,
                Optional.empty(),
                disk ? Optional.of(new StoredInstance.Disk("disk", 1, Map.of(), Optional.empty())) : Optional.empty());
    }

    private Placement place(int instances, String azs, StoredInstance... existing) {
        return Placement.of(group(instances, azs, "{name: default}"), CLOUD, List.of(existing), () -> "new-" + next++);
    }

    private static List<String> shown(Placement placement) {
        return placement.instances().stream()
                .map(one -> one.id() + " " + one.index() + " " + one.az())
                .toList();
    }

    @Test
    void spreadsNewInstancesOverZones() {
        var placement = place(4, "z2, z1, z3");
        assertThat(shown(placement)).containsExactly("new-0 0 z1", "new-1 1 z2", "new-2 2 z3", "new-3 3 z1");
        assertThat(placement.instances().stream().filter(Placement.Placed::bootstrap))
                .singleElement()
                .satisfies(one -> assertThat(one.index()).isZero());
    }

    /// As workers do: three, more, fewer; nobody moves, and no zone has two more than another.
    @Test
    void staysEvenWhenItGrowsAndShrinks() {
        var now = new ArrayList<StoredInstance>();
        for (int wanted : new int[] {3, 5, 8, 4, 7, 2, 1, 6}) {
            var placement = place(wanted, "z1, z2, z3", now.toArray(StoredInstance[]::new));
            assertThat(placement.obsolete()).hasSize(Math.max(0, now.size() - wanted));
            var perZone = new HashMap<>(Map.of("z1", 0, "z2", 0, "z3", 0));
            placement.instances().forEach(one -> perZone.merge(one.az(), 1, Integer::sum));
            assertThat(perZone.values()).allSatisfy(count -> assertThat(count).isBetween(wanted / 3, (wanted + 2) / 3));
            now.clear();
            placement.instances().forEach(one -> now.add(existing(one.index(), one.az(), false)));
        }
    }

    @Test
    void keepsExistingOnesAndRemovesTheRest() {
        var placement =
                place(2, "z1, z2", existing(0, "z1", false), existing(1, "z1", false), existing(2, "z2", false));
        assertThat(shown(placement)).containsExactly("old-0 0 z1", "old-2 2 z2");
        assertThat(placement.obsolete()).extracting(StoredInstance::id).containsExactly("old-1");
    }

    @Test
    void keepsInstancesWithDisksInTheirZoneEvenWhenUneven() {
        var placement = place(2, "z1, z2", existing(0, "z1", true), existing(1, "z1", true));
        assertThat(shown(placement)).containsExactly("old-0 0 z1", "old-1 1 z1");
    }

    @Test
    void movesAwayFromAZoneThatIsNoLongerWanted() {
        var placement = place(2, "z2, z3", existing(0, "z1", true), existing(1, "z2", true));
        assertThat(shown(placement)).containsExactly("old-1 1 z2", "new-0 2 z3");
        assertThat(placement.instances().getFirst().bootstrap()).isTrue();
        assertThat(placement.obsolete()).extracting(StoredInstance::id).containsExactly("old-0");
    }

    @Test
    void keepsTheBootstrapInstance() {
        var marked = new StoredInstance(
                "old-2",
                "d",
                "web",
                2,
                "z2",
                true,
                false,
                "started",
                true,
                "t",
                Map.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
        var placement = place(2, "z1, z2", marked);
        assertThat(placement.instances().stream().filter(Placement.Placed::bootstrap))
                .singleElement()
                .satisfies(one -> assertThat(one.id()).isEqualTo("old-2"));
    }

    @Test
    void spreadsStaticAddressesOverTheirZones() {
        var group = group(3, "z1, z2", "{name: default, static_ips: [10.0.1.10-10.0.1.11, 10.0.2.10]}");
        var placement =
                Placement.of(group, CLOUD, List.of(existing(0, "z1", false, "10.0.1.11")), () -> "new-" + next++);
        assertThat(placement.instances().stream()
                        .collect(Collectors.toMap(one -> one.staticIps().get("default"), Placement.Placed::az)))
                .containsExactlyInAnyOrderEntriesOf(Map.of("10.0.1.10", "z1", "10.0.1.11", "z1", "10.0.2.10", "z2"));
        assertThat(placement.instances().getFirst().staticIps()).containsEntry("default", "10.0.1.11");
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> place(1, "")).hasMessageContaining("must specify availability zone(s)");
        assertThatThrownBy(() -> place(1, "z9")).hasMessageContaining("'z9' is none");
        var group = group(1, "z1", "{name: default, static_ips: [10.0.1.99]}");
        assertThatThrownBy(() -> Placement.of(group, CLOUD, List.of(), () -> "x"))
                .hasMessageContaining("declares static ip '10.0.1.99', which belongs to no static range");
        var unknown = group(1, "z1", "{name: other}");
        assertThatThrownBy(() -> Placement.of(unknown, CLOUD, List.of(), () -> "x"))
                .hasMessageContaining("unknown network 'other'");
    }

    /// Whatever was there before: the count is right, indexes and ids are unique, zones without disks are even,
    /// nobody is lost.
    @Test
    void holdsItsPromisesForAnyHistory() {
        for (int seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            var zones = List.of("z1", "z2", "z3").subList(0, 1 + random.nextInt(3));
            boolean disks = random.nextBoolean();
            var before = new ArrayList<StoredInstance>();
            int count = random.nextInt(7);
            for (int i = 0; i < count; i++) {
                before.add(existing(
                        i * 3 + random.nextInt(2), "z" + (1 + random.nextInt(3)), disks && random.nextBoolean()));
            }
            int wanted = random.nextInt(8);
            var placement = place(wanted, String.join(", ", zones), before.toArray(StoredInstance[]::new));

            assertThat(placement.instances()).hasSize(wanted);
            assertThat(placement.instances())
                    .extracting(Placement.Placed::index)
                    .doesNotHaveDuplicates();
            assertThat(placement.instances()).extracting(Placement.Placed::id).doesNotHaveDuplicates();
            assertThat(placement.instances())
                    .allSatisfy(one -> assertThat(zones).contains(one.az()));
            assertThat(placement.instances().stream()
                            .filter(Placement.Placed::bootstrap)
                            .count())
                    .isEqualTo(wanted == 0 ? 0 : 1);
            long kept = placement.instances().stream()
                    .filter(one -> one.existing().isPresent())
                    .count();
            assertThat(kept + placement.obsolete().size()).isEqualTo(before.size());
            if (!disks) {
                var perZone = new HashMap<String, Integer>();
                zones.forEach(zone -> perZone.put(zone, 0));
                placement.instances().forEach(one -> perZone.merge(one.az(), 1, Integer::sum));
                int most = perZone.values().stream().max(Integer::compare).orElse(0);
                int fewest = perZone.values().stream().min(Integer::compare).orElse(0);
                assertThat(most - fewest).as("seed %d: %s", seed, perZone).isLessThanOrEqualTo(1);
            }
        }
    }
}
