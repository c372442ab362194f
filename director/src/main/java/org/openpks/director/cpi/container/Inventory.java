package org.openpks.director.cpi.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.openpks.director.cpi.CpiFaultCode;
import org.openpks.director.cpi.host.Cgroups;
import org.openpks.director.cpi.host.Linux;
import org.openpks.director.cpi.network.HostNetwork;
import org.openpks.kernel.Fault;

/// Everything of ours on the machine, found by what is there and not by what anybody remembers.
public final class Inventory {

    private static final Pattern CID = Pattern.compile("(?:vm|lb)-[0-9a-f]{10}");

    private final ContainerCpiSettings settings;
    private final InstantSource clock;
    private final HostNetwork network;
    private final Balancers balancers;

    public Inventory(ContainerCpiSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.network = new HostNetwork(settings.prefix(), settings.privateRanges(), settings.routeProtocol());
        this.balancers = new Balancers(settings, network);
    }

    /// What something is.
    public enum Kind {
        PROCESS("process"),
        CONTROL_GROUP("control group"),
        MOUNT("mount"),
        NAMESPACE("network namespace"),
        INTERFACE("interface"),
        ROUTE("route"),
        FIREWALL("firewall table"),
        SETTING("kernel setting"),
        DIRECTORY("directory");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    /// @param vmCid the machine or load balancer it belongs to; empty for what all machines share
    /// @param deployment that machine's deployment, as far as its metadata says
    public record Item(Kind kind, String name, Optional<String> vmCid, Optional<String> deployment) {

        @Override
        public String toString() {
            return kind.words + " " + name;
        }
    }

    /// All of it.
    public List<Item> items() {
        var items = new ArrayList<Item>();
        var deployments = new HashMap<String, Optional<String>>();
        for (var cid : cids()) {
            deployments.put(cid, deployment(cid));
        }
        for (var id : balancers.existing()) {
            deployments.put(id, balancers.member(id).flatMap(this::deployment));
        }
        processes(items, deployments);
        for (var group : Cgroups.detect().existing(settings.prefix())) {
            add(items, Kind.CONTROL_GROUP, group.toString(), deployments);
        }
        for (var mount : Linux.mountsBelow(settings.home())) {
            if (mount.startsWith(settings.nodes())) {
                add(items, Kind.MOUNT, mount.toString(), deployments);
            }
        }
        for (var namespace : network.namespaces()) {
            add(items, Kind.NAMESPACE, namespace, deployments);
        }
        for (var link : network.links()) {
            var owner = deployments.keySet().stream()
                    .filter(cid -> link.startsWith(settings.links(cid)))
                    .findFirst();
            items.add(new Item(Kind.INTERFACE, link, owner, owner.flatMap(deployments::get)));
        }
        network.guardRoutes().forEach(route -> add(items, Kind.ROUTE, route, deployments));
        network.passages().forEach(rule -> add(items, Kind.FIREWALL, rule, deployments));
        if (network.firewallExists()) {
            add(items, Kind.FIREWALL, "ip " + settings.prefix(), deployments);
        }
        new Machine(settings).changed().forEach(name -> add(items, Kind.SETTING, name, deployments));
        for (var parent : directories()) {
            children(parent).forEach(child -> add(items, Kind.DIRECTORY, child.toString(), deployments));
        }
        return List.copyOf(items);
    }

    /// What belongs to the machines of one deployment.
    public List<Item> itemsOf(String deployment) {
        return items().stream()
                .filter(item -> item.deployment().equals(Optional.of(deployment)))
                .toList();
    }

    /// Removes all of it, persistent disks and stemcells too.
    /// @return what was there
    public List<Item> destroyAll() {
        var before = items();
        var cpi = new ContainerCpi(settings, clock);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var deletions = new ArrayList<Future<?>>();
            cids().forEach(cid -> deletions.add(threads.submit(() -> cpi.deleteVm(cid))));
            for (var deletion : deletions) {
                deletion.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Fault fault ? fault : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(CpiFaultCode.HOST_FAILED, "Interrupted while machines are deleted.", "", e);
        }
        balancers.settle();
        network.removeBridgesExcept(Set::of);
        network.removeGuard();
        new Machine(settings).restore();
        Cgroups.detect().remove(settings.prefix());
        for (var directory : directories()) {
            Linux.deleteRecursively(directory);
        }
        return before;
    }

    private List<Path> directories() {
        return List.of(
                settings.nodes(), settings.balancers(), settings.disks(), settings.stemcells(), settings.runcState());
    }

    /// The machines of which anything is left: a directory, a namespace, a control group or what `runc` knows.
    private Set<String> cids() {
        var cids = new TreeSet<String>();
        children(settings.nodes()).forEach(path -> collect(path.getFileName().toString(), cids));
        children(settings.runcState())
                .forEach(path -> collect(path.getFileName().toString(), cids));
        network.namespaces().forEach(name -> collect(name, cids));
        Cgroups.detect().existing(settings.prefix()).forEach(path -> collect(path.toString(), cids));
        return cids;
    }

    private static void collect(String text, Set<String> cids) {
        owner(text).filter(id -> id.startsWith("vm-")).ifPresent(cids::add);
    }

    private void processes(List<Item> items, Map<String, Optional<String>> deployments) {
        var making = "--root\0" + settings.runcState() + "\0";
        for (var process : Nodes.processes()) {
            try {
                var group = Files.readString(process.resolve("cgroup"));
                var words = Nodes.commandLine(process);
                boolean ours = group.contains("/" + settings.prefix() + "/")
                        || String.join("\0", words).contains(making);
                // a zombie has ended; only its parent, which is no process of ours, has not taken notice yet
                if (ours && NodeProcess.isAlive(Files.readString(process.resolve("stat")))) {
                    var owner = owner(group).or(() -> words.isEmpty() ? Optional.empty() : owner(words.getLast()));
                    var name = process.getFileName() + " "
                            + Files.readString(process.resolve("comm")).strip();
                    items.add(new Item(
                            Kind.PROCESS,
                            name,
                            owner,
                            owner.flatMap(cid -> deployments.getOrDefault(cid, Optional.empty()))));
                }
            } catch (IOException e) {
                // it ended while we looked
            }
        }
    }

    private static void add(List<Item> items, Kind kind, String name, Map<String, Optional<String>> deployments) {
        var owner = owner(name);
        items.add(new Item(kind, name, owner, owner.flatMap(cid -> deployments.getOrDefault(cid, Optional.empty()))));
    }

    private static Optional<String> owner(String text) {
        var matcher = CID.matcher(text);
        return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    }

    private Optional<String> deployment(String cid) {
        var file = NodeDirectory.of(settings, cid).metadataFile();
        return Files.exists(file) ? Optional.ofNullable(Json.readMap(file).get("deployment")) : Optional.empty();
    }

    private static List<Path> children(Path directory) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (var entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }
}
