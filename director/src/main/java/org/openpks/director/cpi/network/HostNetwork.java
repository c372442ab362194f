package org.openpks.director.cpi.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.openpks.director.cpi.host.Command;
import org.openpks.director.cpi.host.Linux;

/// The machine's side of the nodes' networks: bridges, plugs, namespaces, the guard routes and the firewall table.
///
/// What is ours is marked on the machine itself, by name, alias or route protocol, so that it is found without any
/// state of this process. Threads may call at once.
public final class HostNetwork {

    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path LINKS = Path.of("/sys/class/net");

    private final String prefix;
    private final List<String> privateRanges;
    private final int routeProtocol;
    private final ReentrantLock lock = new ReentrantLock();

    public HostNetwork(String prefix, List<String> privateRanges, int routeProtocol) {
        this.prefix = prefix;
        this.privateRanges = List.copyOf(privateRanges);
        this.routeProtocol = routeProtocol;
    }

    /// Makes the bridges of these ports that are missing, with the guard before the first. A bridge that exists and
    /// is not ours is used as it is.
    public void ensureBridges(List<Port> ports) {
        lock.lock();
        try {
            var missing = ports.stream().filter(port -> !isCarried(port)).toList();
            if (missing.isEmpty()) {
                return;
            }
            var absent = missing.stream()
                    .map(Port::bridge)
                    .filter(name -> !linkExists(name))
                    .distinct()
                    .toList();
            Command.of("ip", "-batch", "-")
                    .reading(NetworkScripts.guardRoutes(privateRanges, routeProtocol)
                            + NetworkScripts.bridges(absent, missing, prefix))
                    .check();
            Command.of("nft", "-f", "-")
                    .reading(NetworkScripts.firewall(prefix, bridges(), privateRanges))
                    .check();
            passForeignFirewall(absent);
        } finally {
            lock.unlock();
        }
    }

    /// Makes a namespace with an interface for each port, addresses and routes. All or an exception; [#unplug]
    /// removes halves.
    public void plug(String namespace, List<Port> ports) {
        Command.of("ip", "-batch", "-")
                .reading(NetworkScripts.outside(namespace, prefix, ports))
                .check();
        Command.of("ip", "-n", namespace, "-batch", "-")
                .reading(NetworkScripts.inside(ports))
                .check();
    }

    /// Removes interfaces and namespace, whatever is there of them.
    public void unplug(String namespace, List<String> links) {
        deleteLinks(links.stream().filter(HostNetwork::linkExists).toList());
        var mount = NAMESPACES.resolve(namespace);
        if (Files.exists(mount)) {
            Linux.detach(mount);
            try {
                Files.deleteIfExists(mount);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot remove the namespace " + namespace, e);
            }
        }
    }

    /// Removes bridges of ours that nobody needs. The guard routes and the firewall table stay: whoever still asks
    /// for an address of ours must get an error and not a way out of the machine.
    ///
    /// @param needed tells which bridges are needed; asked while no bridge can be made
    public void removeBridgesExcept(Supplier<Set<String>> needed) {
        lock.lock();
        try {
            var keep = needed.get();
            var idle = bridges().stream()
                    .filter(name -> !keep.contains(name))
                    .filter(name -> plugged(name).isEmpty())
                    .toList();
            if (!idle.isEmpty()) {
                deleteLinks(idle);
                deleteForeignRules(idle);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Removes the guard: routes and firewall table. For the end of everything.
    public void removeGuard() {
        lock.lock();
        try {
            var routes = guardRoutes();
            if (!routes.isEmpty()) {
                Command.of("ip", "-force", "-batch", "-")
                        .reading(routes.stream()
                                .map(route -> "route del " + route + "\n")
                                .collect(Collectors.joining()))
                        .run();
            }
            deleteForeignRules(bridges());
            if (firewallExists()) {
                Command.of("nft", "delete", "table", "ip", prefix).check();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The interfaces that carry our mark, bridges among them.
    public List<String> links() {
        return allLinks().stream().filter(this::isOurs).toList();
    }

    /// The bridges that carry our mark.
    public List<String> bridges() {
        return links().stream().filter(HostNetwork::isBridge).toList();
    }

    public static boolean isBridge(String link) {
        return Files.isDirectory(LINKS.resolve(link).resolve("bridge"));
    }

    /// Whether the machine has any bridge, whosever it is.
    public static boolean anyBridge() {
        return allLinks().stream().anyMatch(HostNetwork::isBridge);
    }

    private static List<String> allLinks() {
        try (var entries = Files.list(LINKS)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the interfaces", e);
        }
    }

    public static boolean linkExists(String link) {
        return Files.exists(LINKS.resolve(link));
    }

    /// The namespaces that bear our prefix.
    public List<String> namespaces() {
        if (!Files.isDirectory(NAMESPACES)) {
            return List.of();
        }
        try (var entries = Files.list(NAMESPACES)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.startsWith(prefix + "-"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the network namespaces", e);
        }
    }

    public static Path namespacePath(String namespace) {
        return NAMESPACES.resolve(namespace);
    }

    /// The routes that carry our protocol number, as `ip route` prints them.
    public List<String> guardRoutes() {
        var result = Command.of("ip", "route", "show", "table", "all", "proto", String.valueOf(routeProtocol))
                .run();
        return result.stdout()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    public boolean firewallExists() {
        return Command.of("nft", "list", "tables", "ip").run().stdout().lines().anyMatch(line -> line.strip()
                .equals("table ip " + prefix));
    }

    /// Whether the port's bridge is there, and with the gateway when the bridge is ours.
    private boolean isCarried(Port port) {
        if (!linkExists(port.bridge())) {
            return false;
        }
        if (port.gateway().isEmpty() || !isOurs(port.bridge())) {
            return true;
        }
        try {
            var link = NetworkInterface.getByName(port.bridge());
            return link != null
                    && link.inetAddresses()
                            .anyMatch(address -> address.getHostAddress().equals(port.gateway()));
        } catch (SocketException e) {
            return false;
        }
    }

    /// A link may vanish between looking and deleting, when its namespace dies: that is no error.
    private static void deleteLinks(List<String> links) {
        if (!links.isEmpty()) {
            Command.of("ip", "-force", "-batch", "-")
                    .reading(links.stream()
                            .map(link -> "link del " + link + "\n")
                            .collect(Collectors.joining()))
                    .run();
        }
    }

    /// Where another program's firewall drops whatever it does not know (Docker's does, and it sees even what stays
    /// within a bridge), our bridges get a passage there.
    private void passForeignFirewall(List<String> bridges) {
        if (foreignRules().stream().anyMatch("-P FORWARD DROP"::equals)) {
            Command.of("iptables-restore", "--wait", "--noflush")
                    .reading(NetworkScripts.passage(bridges, prefix))
                    .check();
        }
    }

    private void deleteForeignRules(List<String> bridges) {
        var rules = passages().stream()
                .filter(rule -> bridges.stream()
                        .anyMatch(bridge -> List.of(rule.split(" ")).contains(bridge)))
                .map(rule -> rule.replaceFirst("^-A", "-D"))
                .toList();
        if (!rules.isEmpty()) {
            Command.of("iptables-restore", "--wait", "--noflush")
                    .reading("*filter\n" + String.join("\n", rules) + "\nCOMMIT\n")
                    .run();
        }
    }

    /// The rules of ours among those of another program's firewall.
    public List<String> passages() {
        return foreignRules().stream()
                .filter(rule -> rule.contains("--comment " + prefix + " "))
                .toList();
    }

    private static List<String> foreignRules() {
        if (!Command.exists("iptables")) {
            return List.of();
        }
        return Command.of("iptables", "--wait", "-S", "FORWARD")
                .run()
                .stdout()
                .lines()
                .toList();
    }

    private List<String> plugged(String bridge) {
        try (var entries = Files.list(LINKS.resolve(bridge).resolve("brif"))) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private boolean isOurs(String link) {
        try {
            var alias = Files.readString(LINKS.resolve(link).resolve("ifalias")).strip();
            return alias.equals(prefix) || alias.startsWith(prefix + ":");
        } catch (IOException e) {
            return false;
        }
    }
}
