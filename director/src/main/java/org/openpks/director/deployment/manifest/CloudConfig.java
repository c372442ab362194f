package org.openpks.director.deployment.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.director.deployment.manifest.Addresses.Range;
import org.openpks.kernel.Fault;

/// What machines can be made of (docs-bosh, `cloud-config`). Only manual networks are supported.
public record CloudConfig(
        Map<String, Map<String, Object>> azs,
        Map<String, Map<String, Object>> vmTypes,
        Map<String, Map<String, Object>> vmExtensions,
        Map<String, DiskType> diskTypes,
        Map<String, Network> networks) {

    public record DiskType(String name, int sizeMb, Map<String, Object> cloudProperties) {}

    public record Network(String name, List<Subnet> subnets) {}

    /// @param azs empty = any
    /// @param reserved never given out; gateway, network and broadcast address are in it
    /// @param statics given out only to who names them
    public record Subnet(
            Range range,
            String gateway,
            String netmask,
            List<String> dns,
            List<Range> reserved,
            List<Range> statics,
            List<String> azs,
            Map<String, Object> cloudProperties) {

        public boolean serves(String az) {
            return azs.isEmpty() || azs.contains(az);
        }

        public boolean isStatic(long address) {
            return statics.stream().anyMatch(range -> range.contains(address));
        }

        public boolean isReserved(long address) {
            return reserved.stream().anyMatch(range -> range.contains(address));
        }
    }

    /// Reads and merges; a name that stands in two of them is an error.
    public static CloudConfig merge(List<String> texts) {
        if (texts.isEmpty()) {
            throw new Fault(
                    DeploymentFault.NO_CLOUD_CONFIG,
                    "No cloud config is set. Upload one with 'bosh update-cloud-config'.");
        }
        var azs = new LinkedHashMap<String, Map<String, Object>>();
        var vmTypes = new LinkedHashMap<String, Map<String, Object>>();
        var extensions = new LinkedHashMap<String, Map<String, Object>>();
        var disks = new LinkedHashMap<String, DiskType>();
        var networks = new LinkedHashMap<String, Network>();
        for (var text : texts) {
            var fields = new Fields(Yaml.hash(text, "The cloud config"), "the cloud config");
            for (var az : fields.hashes("azs", "availability zone")) {
                put(azs, az.string("name"), az.hash("cloud_properties"), "availability zone");
            }
            for (var type : fields.hashes("vm_types", "vm_type")) {
                put(vmTypes, type.string("name"), type.hash("cloud_properties"), "vm_type");
            }
            for (var extension : fields.hashes("vm_extensions", "vm_extension")) {
                put(extensions, extension.string("name"), extension.hash("cloud_properties"), "vm_extension");
            }
            for (var disk : fields.hashes("disk_types", "disk_type")) {
                int size = disk.integer("disk_size");
                if (size < 0) {
                    throw disk.invalid("disk_size", "should be at least 0");
                }
                put(
                        disks,
                        disk.string("name"),
                        new DiskType(disk.string("name"), size, disk.hash("cloud_properties")),
                        "disk_type");
            }
            for (var network : fields.hashes("networks", "network")) {
                put(networks, network.string("name"), network(network), "network");
            }
        }
        for (var network : networks.values()) {
            for (var subnet : network.subnets()) {
                for (var az : subnet.azs()) {
                    if (!azs.containsKey(az)) {
                        throw new Fault(
                                DeploymentFault.UNKNOWN_AZ,
                                "Network '%s' refers to an unknown availability zone '%s'."
                                        .formatted(network.name(), az));
                    }
                }
            }
        }
        return new CloudConfig(azs, vmTypes, extensions, disks, networks);
    }

    private static <T> void put(Map<String, T> map, String name, T value, String what) {
        if (map.putIfAbsent(name, value) != null) {
            throw new Fault(
                    DeploymentFault.DUPLICATE_NAME,
                    "Duplicate %s name '%s' in the cloud config.".formatted(what, name));
        }
    }

    private static Network network(Fields fields) {
        var type = fields.optionalString("type").orElse("manual");
        if (!type.equals("manual")) {
            throw fields.invalid("type", "must be 'manual'; this director gives addresses itself");
        }
        var subnets = new ArrayList<Subnet>();
        for (var subnet : fields.hashes("subnets", "subnet")) {
            subnets.add(subnet(subnet));
        }
        for (int i = 0; i < subnets.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (subnets.get(i).range().overlaps(subnets.get(j).range())) {
                    throw new Fault(
                            DeploymentFault.OVERLAPPING_SUBNETS,
                            "Network '%s' has overlapping subnets.".formatted(fields.string("name")));
                }
            }
        }
        return new Network(fields.string("name"), List.copyOf(subnets));
    }

    private static Subnet subnet(Fields fields) {
        var text = fields.string("range");
        if (!text.contains("/")) {
            throw fields.invalid("range", "should be a CIDR block");
        }
        var range = range(fields, "range", text);
        var gateway = fields.optionalString("gateway").orElse("");
        var reserved = ranges(fields, "reserved", range);
        reserved.add(new Range(range.first(), range.first()));
        reserved.add(new Range(range.last(), range.last()));
        if (!gateway.isEmpty()) {
            var address = range(fields, "gateway", gateway);
            if (!range.contains(address.first()) || address.first() != address.last()) {
                throw fields.invalid("gateway", "must be an address of the range");
            }
            reserved.add(address);
        }
        if (fields.has("az") && fields.has("azs")) {
            throw fields.invalid("az", "cannot stand beside azs");
        }
        var prefix = Integer.parseInt(text.substring(text.indexOf('/') + 1).strip());
        return new Subnet(
                range,
                gateway,
                Addresses.text(prefix == 0 ? 0 : 0xffffffffL << (32 - prefix) & 0xffffffffL),
                fields.strings("dns"),
                List.copyOf(reserved),
                List.copyOf(ranges(fields, "static", range)),
                fields.optionalString("az").map(List::of).orElseGet(() -> fields.strings("azs")),
                fields.hash("cloud_properties"));
    }

    private static List<Range> ranges(Fields fields, String name, Range subnet) {
        var result = new ArrayList<Range>();
        var items = fields.raw(name) instanceof String one ? List.of(one) : fields.strings(name);
        for (var text : items) {
            var range = range(fields, name, text);
            if (range.first() < subnet.first() || range.last() > subnet.last()) {
                throw fields.invalid(name, "holds '%s', which is not in the range".formatted(text));
            }
            result.add(range);
        }
        return result;
    }

    private static Range range(Fields fields, String name, String text) {
        try {
            return Addresses.range(text);
        } catch (IllegalArgumentException e) {
            throw fields.invalid(name, "is wrong: " + e.getMessage());
        }
    }

    public Network requireNetwork(String name, String group) {
        return Optional.ofNullable(networks.get(name))
                .orElseThrow(() -> new Fault(
                        DeploymentFault.UNKNOWN_NETWORK,
                        "Instance group '%s' references an unknown network '%s'.".formatted(group, name)));
    }

    /// Merged: AZ, then VM type or resources, then extensions in their order.
    public Map<String, Object> cloudProperties(Manifest.InstanceGroup group, String az) {
        var merged = new LinkedHashMap<String, Object>();
        if (!az.isEmpty()) {
            merged.putAll(Optional.ofNullable(azs.get(az))
                    .orElseThrow(() -> new Fault(
                            DeploymentFault.UNKNOWN_AZ,
                            "Instance group '%s' must belong to one of the availability zones of the cloud config, '%s' is none."
                                    .formatted(group.name(), az))));
        }
        if (group.vmType().isEmpty()) {
            merged.putAll(group.vmResources());
        } else {
            merged.putAll(Optional.ofNullable(vmTypes.get(group.vmType()))
                    .orElseThrow(() -> new Fault(
                            DeploymentFault.UNKNOWN_VM_TYPE,
                            "Instance group '%s' references an unknown vm type '%s'."
                                    .formatted(group.name(), group.vmType()))));
        }
        for (var name : group.vmExtensions()) {
            merged.putAll(Optional.ofNullable(vmExtensions.get(name))
                    .orElseThrow(() -> new Fault(
                            DeploymentFault.UNKNOWN_VM_EXTENSION,
                            "Instance group '%s' references an unknown vm extension '%s'."
                                    .formatted(group.name(), name))));
        }
        return merged;
    }

    /// The persistent disk of a group's instances, if it has one.
    public Optional<DiskType> disk(Manifest.InstanceGroup group) {
        var disk = group.persistentDiskType()
                .map(name -> Optional.ofNullable(diskTypes.get(name))
                        .orElseThrow(() -> new Fault(
                                DeploymentFault.UNKNOWN_DISK_TYPE,
                                "Instance group '%s' references an unknown disk type '%s'."
                                        .formatted(group.name(), name))))
                .orElseGet(() -> new DiskType("", group.persistentDiskMb(), Map.of()));
        return disk.sizeMb() == 0 ? Optional.empty() : Optional.of(disk);
    }
}
