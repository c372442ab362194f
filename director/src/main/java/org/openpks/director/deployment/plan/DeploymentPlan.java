package org.openpks.director.deployment.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openpks.director.deployment.instance.StoredInstance;
import org.openpks.director.deployment.manifest.Manifest.InstanceGroup;
import org.openpks.director.deployment.manifest.UpdatePolicy;

/// Everything that a deploy shall do.
///
/// @param first nothing of this deployment was ever deployed
/// @param groups in the manifest's order
/// @param unneeded instances of groups that the manifest names no longer
/// @param names releases and stemcells as `name/version`
public record DeploymentPlan(
        String deployment,
        boolean first,
        List<Group> groups,
        List<StoredInstance> unneeded,
        Names names,
        Map<String, String> tags) {

    public record Names(List<String> releases, List<String> stemcells) {}

    /// @param obsolete instances that this group has too many
    public record Group(
            InstanceGroup definition,
            UpdatePolicy update,
            List<InstancePlan> instances,
            List<StoredInstance> obsolete) {

        public String name() {
            return definition.name();
        }

        /// Those that take a turn, AZ by AZ: the bootstrap instance's AZ first with that instance in front, then
        /// instances without AZ, then the other AZs by name; inside an AZ by id.
        public List<List<InstancePlan>> turns(boolean allZonesAtOnce) {
            var changed =
                    instances.stream().filter(one -> one.change().takesTurn()).toList();
            var bootstrapZone = instances.stream()
                    .filter(one -> one.stored().bootstrap())
                    .map(one -> one.stored().az())
                    .findFirst()
                    .orElse("");
            var zones = new TreeMap<String, List<InstancePlan>>(
                    Comparator.comparing((String az) -> !az.equals(bootstrapZone))
                            .thenComparing(Comparator.naturalOrder()));
            for (var one : changed) {
                zones.computeIfAbsent(allZonesAtOnce ? "" : one.stored().az(), az -> new ArrayList<>())
                        .add(one);
            }
            zones.values()
                    .forEach(zone -> zone.sort(Comparator.comparing(
                                    (InstancePlan one) -> !one.stored().bootstrap())
                            .thenComparing(one -> one.stored().id())));
            return List.copyOf(zones.values());
        }
    }

    /// Consecutive groups with the same `serial` form a batch: the groups of a parallel batch run at once, of a
    /// serial one in turn.
    public List<List<Group>> batches() {
        var batches = new ArrayList<List<Group>>();
        for (var group : groups) {
            if (group.definition().errand()) {
                continue;
            }
            var last = batches.isEmpty() ? null : batches.getLast();
            if (last != null
                    && !group.update().serial()
                    && !last.getFirst().update().serial()) {
                last.add(group);
            } else {
                batches.add(new ArrayList<>(List.of(group)));
            }
        }
        return batches;
    }

    public List<InstancePlan> instances() {
        return groups.stream().flatMap(group -> group.instances().stream()).toList();
    }

    public boolean changesSomething() {
        return !unneeded.isEmpty()
                || groups.stream()
                        .anyMatch(group -> !group.obsolete().isEmpty()
                                || group.instances().stream()
                                        .anyMatch(one -> one.change().takesTurn()));
    }
}
