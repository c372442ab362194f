package org.openpks.director.deployment.network;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.director.deployment.instance.Instances;
import org.openpks.director.deployment.instance.StoredInstance.Address;
import org.openpks.director.deployment.manifest.Addresses;
import org.openpks.director.deployment.manifest.CloudConfig.Network;
import org.openpks.director.deployment.manifest.CloudConfig.Subnet;
import org.openpks.kernel.Fault;

/// Gives addresses to instances: those that an instance has stay when they still fit, others are the lowest that
/// nobody has.
///
/// Two deploys may do this at once: who writes an address first has it, the other looks again.
public final class AddressBook {

    private final Instances instances;
    private final Set<String> taken;

    /// Reads once which addresses are taken; later changes by others show when a claim fails.
    public AddressBook(Instances instances) {
        this.instances = instances;
        this.taken = new HashSet<>(instances.addresses());
    }

    /// Settles the addresses of one instance, one for each network, and gives back those that it needs no longer.
    /// @param fixed addresses that the manifest names, by network
    public List<Address> settle(
            String instance,
            String label,
            String az,
            List<Network> networks,
            Map<String, String> fixed,
            List<Address> held) {
        var result = new ArrayList<Address>();
        for (var network : networks) {
            var wanted = Optional.ofNullable(fixed.get(network.name()));
            var kept = held.stream()
                    .filter(address -> address.network().equals(network.name()))
                    .filter(address ->
                            wanted.map(ip -> ip.equals(address.ip())).orElseGet(() -> fits(network, az, address.ip())))
                    .findFirst();
            result.add(kept.orElseGet(() -> wanted.map(ip -> claimFixed(instance, label, network, ip))
                    .orElseGet(() -> claimLowest(instance, label, az, network))));
        }
        for (var address : held) {
            if (result.stream().noneMatch(one -> one.ip().equals(address.ip()))) {
                instances.release(instance, address.ip());
            }
        }
        return List.copyOf(result);
    }

    /// The subnet of a network that an address is of.
    public static Subnet subnet(Network network, String ip) {
        long address = Addresses.number(ip);
        return network.subnets().stream()
                .filter(subnet -> subnet.range().contains(address))
                .findFirst()
                .orElseThrow(() -> new Fault(
                        DeploymentFault.UNKNOWN_NETWORK,
                        "Address '%s' is in no subnet of network '%s'.".formatted(ip, network.name())));
    }

    private static boolean fits(Network network, String az, String ip) {
        long address = Addresses.number(ip);
        return network.subnets().stream()
                .anyMatch(subnet -> subnet.serves(az)
                        && subnet.range().contains(address)
                        && !subnet.isReserved(address)
                        && !subnet.isStatic(address));
    }

    private Address claimFixed(String instance, String label, Network network, String ip) {
        var address = new Address(network.name(), ip, true);
        if (!instances.claim(instance, address)) {
            throw new Fault(
                    DeploymentFault.ADDRESS_IN_USE,
                    "Failed to reserve IP '%s' for instance '%s' in network '%s': it is in use by another instance."
                            .formatted(ip, label, network.name()));
        }
        taken.add(ip);
        return address;
    }

    private Address claimLowest(String instance, String label, String az, Network network) {
        for (var subnet : network.subnets()) {
            if (!subnet.serves(az)) {
                continue;
            }
            for (long number = subnet.range().first(); number <= subnet.range().last(); number++) {
                if (subnet.isReserved(number) || subnet.isStatic(number)) {
                    continue;
                }
                var address = new Address(network.name(), Addresses.text(number), false);
                if (taken.add(address.ip()) && instances.claim(instance, address)) {
                    return address;
                }
            }
        }
        throw new Fault(
                DeploymentFault.NO_ADDRESS_LEFT,
                "Failed to reserve IP for '%s' in network '%s': no more available.".formatted(label, network.name()));
    }
}
