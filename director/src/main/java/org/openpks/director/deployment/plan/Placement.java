package org.openpks.director.deployment.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.director.deployment.instance.StoredInstance;
import org.openpks.director.deployment.manifest.Addresses;
import org.openpks.director.deployment.manifest.CloudConfig;
import org.openpks.director.deployment.manifest.Manifest.GroupNetwork;
import org.openpks.director.deployment.manifest.Manifest.InstanceGroup;
import org.openpks.kernel.Fault;

/// Which instances a group has and in which availability zone each stands (bosh-director, `placement_planner`).
public record Placement(List<Placed> instances, List<StoredInstance> obsolete) {

    /// @param existing empty for a new instance
    /// @param staticIps addresses by network, where the manifest names them
    public record Placed(
            String id,
            int index,
            String az,
            boolean bootstrap,
            Optional<StoredInstance> existing,
            Map<String, String> staticIps) {}

    private record Choice(String az, Optional<StoredInstance> existing, Map<String, String> staticIps) {}

    /// @param existing the group's instances as they stand
    /// @param ids where the ids of new instances come from
    public static Placement of(
            InstanceGroup group, CloudConfig cloud, List<StoredInstance> existing, Supplier<String> ids) {
        check(group, cloud);
        var byIndex = existing.stream()
                .sorted(Comparator.comparingInt(StoredInstance::index))
                .toList();
        var choices = group.networks().stream()
                        .anyMatch(network -> !network.staticIps().isEmpty())
                ? fixed(group, cloud, byIndex)
                : spread(group, byIndex);
        return named(choices, byIndex, ids);
    }

    private static void check(InstanceGroup group, CloudConfig cloud) {
        for (var az : group.azs()) {
            if (!cloud.azs().containsKey(az)) {
                throw new Fault(
                        DeploymentFault.UNKNOWN_AZ,
                        "Instance group '%s' must belong to one of the availability zones of the cloud config, '%s' is none."
                                .formatted(group.name(), az));
            }
        }
        for (var network : group.networks()) {
            var subnets = cloud.requireNetwork(network.name(), group.name()).subnets();
            if (group.azs().isEmpty()
                    && subnets.stream().anyMatch(subnet -> !subnet.azs().isEmpty())) {
                throw new Fault(
                        DeploymentFault.NO_AZS,
                        "Instance group '%s' must specify availability zone(s), because its network '%s' has them."
                                .formatted(group.name(), network.name()));
            }
            for (var az : group.azs()) {
                if (subnets.stream().noneMatch(subnet -> subnet.serves(az))) {
                    throw new Fault(
                            DeploymentFault.UNKNOWN_AZ,
                            "Instance group '%s' refers to availability zone '%s', in which network '%s' has no subnet."
                                    .formatted(group.name(), az, network.name()));
                }
            }
        }
    }

    private static List<Choice> spread(InstanceGroup group, List<StoredInstance> existing) {
        var zones = group.azs().isEmpty()
                ? List.of("")
                : group.azs().stream().distinct().toList();
        var placed = new HashMap<String, Integer>();
        zones.forEach(az -> placed.put(az, 0));
        var left = new ArrayList<>(existing);
        var choices = new ArrayList<Choice>();
        for (var instance : existing) {
            if (instance.disk().isPresent() && zones.contains(instance.az()) && choices.size() < group.instances()) {
                choices.add(new Choice(instance.az(), Optional.of(instance), Map.of()));
                placed.merge(instance.az(), 1, Integer::sum);
                left.remove(instance);
            }
        }
        while (choices.size() < group.instances()) {
            int fewest = placed.values().stream().min(Integer::compare).orElse(0);
            var tied = zones.stream()
                    .filter(az -> placed.get(az) == fewest)
                    .sorted()
                    .toList();
            var az = tied.stream()
                    .filter(zone ->
                            left.stream().anyMatch(instance -> instance.az().equals(zone)))
                    .max(Comparator.comparingLong((String zone) -> existing.stream()
                                    .filter(one -> one.az().equals(zone))
                                    .count())
                            .thenComparing(Comparator.reverseOrder()))
                    .orElse(tied.getFirst());
            var reused =
                    left.stream().filter(instance -> instance.az().equals(az)).findFirst();
            reused.ifPresent(left::remove);
            choices.add(new Choice(az, reused, Map.of()));
            placed.merge(az, 1, Integer::sum);
        }
        return choices;
    }

    private static List<Choice> fixed(InstanceGroup group, CloudConfig cloud, List<StoredInstance> existing) {
        var networks = group.networks().stream()
                .filter(network -> !network.staticIps().isEmpty())
                .toList();
        var free = new HashMap<String, Set<String>>();
        for (var network : networks) {
            checkStatic(group, cloud, network);
            free.put(network.name(), new LinkedHashSet<>(network.staticIps()));
        }
        var first = networks.getFirst();
        var placed = new HashMap<String, Integer>();
        var left = new ArrayList<>(existing);
        var choices = new ArrayList<Choice>();
        for (var instance : existing) {
            var held = instance.addresses().stream()
                    .filter(address -> address.network().equals(first.name()))
                    .map(StoredInstance.Address::ip)
                    .filter(ip -> free.get(first.name()).contains(ip))
                    .findFirst();
            if (held.isPresent() && zonesOf(group, cloud, first, held.get()).contains(instance.az())) {
                choices.add(new Choice(
                        instance.az(),
                        Optional.of(instance),
                        take(group, cloud, networks, free, instance.az(), held.get(), instance)));
                placed.merge(instance.az(), 1, Integer::sum);
                left.remove(instance);
            }
        }
        while (choices.size() < group.instances()) {
            String bestIp = "";
            String bestAz = "";
            int fewest = Integer.MAX_VALUE;
            for (var ip : free.get(first.name())) {
                for (var az : zonesOf(group, cloud, first, ip)) {
                    int count = placed.getOrDefault(az, 0);
                    if (count < fewest) {
                        fewest = count;
                        bestIp = ip;
                        bestAz = az;
                    }
                }
            }
            var az = bestAz;
            var reused =
                    left.stream().filter(instance -> instance.az().equals(az)).findFirst();
            reused.ifPresent(left::remove);
            choices.add(new Choice(az, reused, take(group, cloud, networks, free, az, bestIp, null)));
            placed.merge(az, 1, Integer::sum);
        }
        return choices;
    }

    private static void checkStatic(InstanceGroup group, CloudConfig cloud, GroupNetwork network) {
        for (var ip : network.staticIps()) {
            if (zonesOf(group, cloud, network, ip).isEmpty()) {
                throw new Fault(
                        DeploymentFault.INVALID_STATIC_ADDRESSES,
                        "Instance group '%s' with network '%s' declares static ip '%s', which belongs to no static range of its availability zones."
                                .formatted(group.name(), network.name(), ip));
            }
        }
        if (new HashSet<>(network.staticIps()).size() != network.staticIps().size()) {
            throw new Fault(
                    DeploymentFault.INVALID_STATIC_ADDRESSES,
                    "Instance group '%s' names a static ip of network '%s' twice."
                            .formatted(group.name(), network.name()));
        }
    }

    private static List<String> zonesOf(InstanceGroup group, CloudConfig cloud, GroupNetwork network, String ip) {
        long address = Addresses.number(ip);
        var zones = group.azs().isEmpty() ? List.of("") : group.azs();
        return zones.stream()
                .filter(az -> cloud.requireNetwork(network.name(), group.name()).subnets().stream()
                        .anyMatch(subnet -> subnet.serves(az) && subnet.isStatic(address)))
                .toList();
    }

    private static Map<String, String> take(
            InstanceGroup group,
            CloudConfig cloud,
            List<GroupNetwork> networks,
            Map<String, Set<String>> free,
            String az,
            String firstIp,
            @org.jspecify.annotations.Nullable StoredInstance holder) {
        var taken = new HashMap<String, String>();
        for (var network : networks) {
            String ip;
            if (network.equals(networks.getFirst())) {
                ip = firstIp;
            } else {
                var suitable = free.get(network.name()).stream()
                        .filter(one -> zonesOf(group, cloud, network, one).contains(az))
                        .toList();
                var held = holder == null
                        ? Optional.<String>empty()
                        : holder.addresses().stream()
                                .map(StoredInstance.Address::ip)
                                .filter(suitable::contains)
                                .findFirst();
                ip = held.or(() -> suitable.stream().findFirst())
                        .orElseThrow(() -> new Fault(
                                DeploymentFault.INVALID_STATIC_ADDRESSES,
                                "Failed to distribute static IPs of network '%s' over the availability zones of instance group '%s'."
                                        .formatted(network.name(), group.name())));
            }
            free.get(network.name()).remove(ip);
            taken.put(network.name(), ip);
        }
        return taken;
    }

    private static Placement named(List<Choice> choices, List<StoredInstance> existing, Supplier<String> ids) {
        var kept = new HashSet<StoredInstance>();
        var used = new HashSet<Integer>();
        for (var choice : choices) {
            choice.existing().ifPresent(instance -> {
                kept.add(instance);
                used.add(instance.index());
            });
        }
        var placed = new ArrayList<Placed>();
        int next = 0;
        for (var choice : choices) {
            if (choice.existing().isPresent()) {
                var instance = choice.existing().get();
                placed.add(new Placed(
                        instance.id(),
                        instance.index(),
                        choice.az(),
                        instance.bootstrap(),
                        choice.existing(),
                        choice.staticIps()));
            } else {
                // An obsolete instance holds its index until it is deleted, and its row is unique by it.
                while (used.contains(next) || holdsIndex(existing, next)) {
                    next++;
                }
                used.add(next);
                placed.add(new Placed(ids.get(), next, choice.az(), false, Optional.empty(), choice.staticIps()));
            }
        }
        placed.sort(Comparator.comparingInt(Placed::index));
        var marked = placed.stream().filter(Placed::bootstrap).toList();
        var chosen = marked.isEmpty() ? placed.stream().findFirst() : Optional.of(marked.getFirst());
        var result = placed.stream()
                .map(one -> new Placed(
                        one.id(),
                        one.index(),
                        one.az(),
                        chosen.isPresent() && one == chosen.get(),
                        one.existing(),
                        one.staticIps()))
                .toList();
        var obsolete =
                existing.stream().filter(instance -> !kept.contains(instance)).toList();
        return new Placement(result, obsolete);
    }

    private static boolean holdsIndex(List<StoredInstance> existing, int index) {
        return existing.stream().anyMatch(instance -> instance.index() == index);
    }
}
