package org.openpks.director.cpi.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.openpks.director.cpi.host.Command;
import org.openpks.director.cpi.host.Linux;

/// The machine's side of the nodes' networks: bridges, plugs, namespaces, the guard routes and the firewall table.
///
/// What is ours is marked on the machine itself, by name, alias or route protocol, so that it is found without any state of this
/// process. Threads may call at once.
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

    /// Makes the bridges of these ports that are missing, with the guard before the first. A bridge that exists and is not ours is
    /// used as it is.
    public void ensureBridges(List<Port> ports) {
        if (ports.stream().allMatch(this::isCarried)) {
            return;
        }
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
        } finally {
            lock.unlock();
        }
    }

    /// Makes a namespace with an interface for each port, addresses and routes. All or an exception; [#unplug] removes halves.
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
        var script = links.stream()
                .filter(HostNetwork::linkExists)
                .map(link -> "link del " + link + "\n")
                .collect(Collectors.joining());
        if (!script.isEmpty()) {
            // a link may vanish between looking and deleting, when its namespace dies
            Command.of("ip", "-force", "-batch", "-").reading(script).run();
        }
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

    /// Removes bridges of ours into which nothing is plugged. The guard routes and the firewall table stay: whoever still asks for an
    /// address of ours must get an error and not a way out of the machine.
    public void removeIdleBridges(List<String> names) {
        lock.lock();
        try {
            var idle = names.stream()
                    .distinct()
                    .filter(this::isOurs)
                    .filter(name -> plugged(name).isEmpty())
                    .toList();
            if (!idle.isEmpty()) {
                Command.of("ip", "-force", "-batch", "-")
                        .reading(idle.stream()
                                .map(name -> "link del " + name + "\n")
                                .collect(Collectors.joining()))
                        .run();
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
            if (firewallExists()) {
                Command.of("nft", "delete", "table", "ip", prefix).check();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The interfaces that carry our mark, bridges among them.
    public List<String> links() {
        try (var entries = Files.list(LINKS)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(this::isOurs)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the interfaces", e);
        }
    }

    /// The bridges that carry our mark.
    public List<String> bridges() {
        return links().stream().filter(HostNetwork::isBridge).toList();
    }

    public static boolean isBridge(String link) {
        return Files.isDirectory(LINKS.resolve(link).resolve("bridge"));
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
        return Command.of("nft", "list", "tables", "ip")
                .run()
                .stdout()
                .lines()
                .anyMatch(line -> line.strip().equals("table ip " + prefix));
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
                    && link.inetAddresses().anyMatch(address -> address.getHostAddress().equals(port.gateway()));
        } catch (SocketException e) {
            return false;
        }
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
