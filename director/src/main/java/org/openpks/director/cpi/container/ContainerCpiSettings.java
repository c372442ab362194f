package org.openpks.director.cpi.container;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// Where the container CPI keeps its nodes, and by which names its things on the machine are known.
///
/// Two control planes on one machine need different homes, prefixes and route protocols; everything they make is
/// told apart by them.
///
/// @param home the product's state directory, on a file system that can carry an overlay (ext4, xfs, btrfs). At
///     most 48 characters, because sockets below it may have no longer path than 107
/// @param prefix begins the names of network namespaces, and is the name of the firewall table and of the control
///     group; lower-case letters and digits, at most 12
/// @param linkPrefix begins the names of interfaces; at most 4 characters, because those may have 15
/// @param privateRanges the address ranges of nodes, pods and services, which never leave the machine
/// @param routeProtocol the number that marks our routes in the kernel's table (`ip route show proto N`), 5 to 255
public record ContainerCpiSettings(
        Path home, String prefix, String linkPrefix, List<String> privateRanges, int routeProtocol) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,11}");
    private static final int LONGEST_HOME = 48;

    public ContainerCpiSettings {
        home = home.toAbsolutePath().normalize();
        if (home.toString().length() > LONGEST_HOME || !home.toString().matches("[A-Za-z0-9/._-]+")) {
            throw new IllegalArgumentException(
                    "the home directory must be a plain path of at most " + LONGEST_HOME + " characters, not " + home);
        }
        if (!NAME.matcher(prefix).matches()) {
            throw new IllegalArgumentException("a prefix is like openpks, not " + prefix);
        }
        if (!NAME.matcher(linkPrefix).matches() || linkPrefix.length() > 4) {
            throw new IllegalArgumentException("a prefix of interfaces is like opk, not " + linkPrefix);
        }
        if (routeProtocol < 5 || routeProtocol > 255) {
            throw new IllegalArgumentException("a route protocol of ours is between 5 and 255, not " + routeProtocol);
        }
        privateRanges = List.copyOf(privateRanges);
    }

    public Path nodes() {
        return home.resolve("nodes");
    }

    public Path stemcells() {
        return home.resolve("stemcells");
    }

    public Path disks() {
        return home.resolve("disks");
    }

    public Path balancers() {
        return home.resolve("balancers");
    }

    /// Where `runc` keeps what it knows of running containers.
    public Path runcState() {
        return home.resolve("runc");
    }

    /// What was changed on the machine and must be put back.
    public Path machineFile() {
        return home.resolve("machine.json");
    }

    public String namespace(String vmCid) {
        return prefix + "-" + vmCid;
    }

    public String cgroup(String vmCid) {
        return prefix + "/" + vmCid;
    }

    /// The name on this machine of one of the interfaces of a machine or load balancer.
    String link(String cid, int index) {
        return links(cid) + index;
    }

    /// What the names of all its interfaces begin with.
    String links(String cid) {
        // Interfaces have no room for the id's `vm-` or `lb-`.
        return linkPrefix + cid.substring(3);
    }
}
