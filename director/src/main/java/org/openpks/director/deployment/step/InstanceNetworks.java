package org.openpks.director.deployment.step;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openpks.director.cpi.Cpi;
import org.openpks.director.deployment.instance.StoredInstance;
import org.openpks.director.deployment.manifest.CloudConfig;
import org.openpks.director.deployment.manifest.Interpolation;
import org.openpks.director.deployment.manifest.Manifest.InstanceGroup;
import org.openpks.director.deployment.network.AddressBook;

/// How instances are in their networks.
final class InstanceNetworks {

    private final CloudConfig cloud;
    private final Interpolation interpolation;

    InstanceNetworks(CloudConfig cloud, Interpolation interpolation) {
        this.cloud = cloud;
        this.interpolation = interpolation;
    }

    /// What the CPI is told of each of an instance's networks, by their names.
    Map<String, Cpi.Network> of(InstanceGroup group, StoredInstance instance) {
        var result = new LinkedHashMap<String, Cpi.Network>();
        for (var network : group.networks()) {
            var address = instance.addresses().stream()
                    .filter(one -> one.network().equals(network.name()))
                    .findFirst()
                    .orElseThrow();
            var subnet = AddressBook.subnet(cloud.requireNetwork(network.name(), group.name()), address.ip());
            result.put(
                    network.name(),
                    new Cpi.Network(
                            address.ip(),
                            subnet.netmask(),
                            subnet.gateway(),
                            subnet.dns(),
                            network.defaults(),
                            interpolation.resolve(subnet.cloudProperties())));
        }
        return result;
    }

    /// By the network's name.
    static Map<String, String> addresses(StoredInstance instance) {
        var result = new LinkedHashMap<String, String>();
        instance.addresses().forEach(address -> result.put(address.network(), address.ip()));
        return result;
    }

    /// The network by whose address an instance is known: the default for `addressable`, else that for `gateway`.
    static String addressable(InstanceGroup group) {
        for (var kind : List.of("addressable", "gateway")) {
            var found = group.networks().stream()
                    .filter(network -> network.defaults().contains(kind))
                    .findFirst();
            if (found.isPresent()) {
                return found.get().name();
            }
        }
        return group.networks().getFirst().name();
    }
}
