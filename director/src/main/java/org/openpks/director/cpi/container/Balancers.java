package org.openpks.director.cpi.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.openpks.director.cpi.CpiFaultCode;
import org.openpks.director.cpi.host.Cgroups;
import org.openpks.director.cpi.host.Command;
import org.openpks.director.cpi.host.Linux;
import org.openpks.director.cpi.network.HostNetwork;
import org.openpks.director.cpi.network.Port;
import org.openpks.kernel.Fault;
import org.openpks.kernel.SecretFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The load balancers of this machine: for each one a `haproxy` in a network namespace of its own, which has the
/// balancer's address on the bridge of its machines and so meets no port of anybody else.
///
/// Nothing is remembered here: which balancers there must be, and who stands behind them, follows from the records of
/// the machines that exist, so a balancer comes with its first machine and goes with its last. [#settle()] makes it so
/// and may be called at any time: after a crash, a restart of the machine, or the death of a `haproxy`. The programs
/// do not need this JVM to go on.
final class Balancers {

    private static final Logger log = LoggerFactory.getLogger(Balancers.class);
    private static final int KILL = 9;
    private static final Duration DEATH = Duration.ofSeconds(10);

    private final ContainerCpiSettings settings;
    private final HostNetwork network;
    private final ReentrantLock lock = new ReentrantLock();

    Balancers(ContainerCpiSettings settings, HostNetwork network) {
        this.settings = settings;
        this.network = network;
    }

    /// A balancer as the machines' records want it.
    /// @param port its own interface
    private record Wanted(LoadBalancer balancer, Port port, List<BalancerProgram.Member> members) {}

    /// Refuses a machine whose balancer would take an address that is in use, or one that its network does not have.
    void check(NodeRecord record) {
        var balancer = record.balancer();
        if (balancer == null) {
            return;
        }
        port(balancer, record);
        for (var node : Nodes.all(settings)) {
            Json.readIfPresent(node.recordFile(), NodeRecord.class).ifPresent(other -> {
                var theirs = other.balancer();
                boolean taken =
                        other.ports().stream().anyMatch(port -> port.ip().equals(balancer.address()))
                                || theirs != null
                                        && theirs.address().equals(balancer.address())
                                        && !theirs.name().equals(balancer.name());
                if (taken) {
                    throw new Fault(
                            CpiFaultCode.CLOUD_PROPERTIES_INVALID,
                            "The address %s of the load balancer %s is in use by something else."
                                    .formatted(balancer.address(), balancer.name()),
                            "vm=" + other.cid());
                }
            });
        }
    }

    /// Brings the balancer of a machine in line with the machines that exist.
    void settle(NodeRecord record) {
        var balancer = record.balancer();
        if (balancer != null) {
            settle(balancer.id());
        }
    }

    /// Brings all balancers in line. What fails for one keeps no other from it and is tried again at the next call.
    void settle() {
        for (var id : known()) {
            try {
                settle(id);
            } catch (RuntimeException e) {
                log.atWarn()
                        .addKeyValue("balancer", id)
                        .addKeyValue("cause", e.getMessage())
                        .log("Could not bring a load balancer in line with its machines");
            }
        }
    }

    private void settle(String id) {
        lock.lock();
        try {
            var wanted = wanted(id);
            if (wanted.isPresent()) {
                keep(id, wanted.get());
            } else {
                remove(id);
            }
        } finally {
            lock.unlock();
        }
    }

    /// The ids of all that must be there or of which anything is left.
    private TreeSet<String> known() {
        var known = new TreeSet<String>();
        attached().forEach(record -> known.add(balancer(record).id()));
        known.addAll(existing());
        return known;
    }

    /// The ids of which anything is left on the machine.
    TreeSet<String> existing() {
        var found = new TreeSet<String>();
        if (Files.isDirectory(settings.balancers())) {
            try (var entries = Files.list(settings.balancers())) {
                entries.forEach(entry -> found.add(entry.getFileName().toString()));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot list the load balancers", e);
            }
        }
        network.namespaces().stream()
                .map(name -> name.substring(settings.prefix().length() + 1))
                .filter(name -> name.startsWith("lb-"))
                .forEach(found::add);
        return found;
    }

    /// A machine behind this balancer, of which there is always one while the balancer is needed.
    Optional<String> member(String id) {
        return attached().stream()
                .filter(record -> balancer(record).id().equals(id))
                .map(NodeRecord::cid)
                .findFirst();
    }

    private List<NodeRecord> attached() {
        return Nodes.all(settings).stream()
                .flatMap(node -> Json.readIfPresent(node.recordFile(), NodeRecord.class).stream())
                .filter(record -> record.balancer() != null)
                .toList();
    }

    private static LoadBalancer balancer(NodeRecord record) {
        return Objects.requireNonNull(record.balancer());
    }

    private Optional<Wanted> wanted(String id) {
        var records = attached().stream()
                .filter(record -> balancer(record).id().equals(id))
                .sorted(Comparator.comparing(NodeRecord::createdAt).reversed())
                .toList();
        if (records.isEmpty()) {
            return Optional.empty();
        }
        // What was said last counts, as for every change of cloud properties.
        var newest = records.getFirst();
        var members = new ArrayList<BalancerProgram.Member>();
        for (var record : records) {
            members.add(new BalancerProgram.Member(
                    record.cid(), facing(balancer(newest), record).ip()));
        }
        members.sort(Comparator.comparing(BalancerProgram.Member::id));
        return Optional.of(new Wanted(balancer(newest), port(balancer(newest), newest), members));
    }

    private Port port(LoadBalancer balancer, NodeRecord record) {
        var facing = facing(balancer, record);
        return new Port(
                facing.bridge(),
                settings.link(balancer.id(), 0),
                "eth0",
                balancer.address(),
                facing.prefixLength(),
                facing.gateway(),
                true);
    }

    /// The machine's interface in the network that the balancer's address is of.
    private static Port facing(LoadBalancer balancer, NodeRecord record) {
        return record.ports().stream()
                .filter(port -> port.reaches(balancer.address()))
                .findFirst()
                .orElseThrow(() -> new Fault(
                        CpiFaultCode.CLOUD_PROPERTIES_INVALID,
                        "The address %s of the load balancer %s is of no network that the machine is on."
                                .formatted(balancer.address(), balancer.name())));
    }

    private void keep(String id, Wanted wanted) {
        var directory = settings.balancers().resolve(id);
        var namespace = settings.namespace(id);
        var configuration =
                BalancerProgram.configuration(wanted.balancer(), wanted.members(), directory.resolve("haproxy.sock"));
        var before = Json.textIfPresent(configured(id));
        boolean plugged = network.namespaces().contains(namespace)
                && HostNetwork.linkExists(wanted.port().link())
                && before.filter(text -> BalancerProgram.listensAt(text, wanted.balancer()))
                        .isPresent();
        var running = plugged ? NodeProcess.read(directory.resolve("haproxy.pid"), id) : Optional.<Long>empty();
        if (running.isPresent() && before.equals(Optional.of(configuration))) {
            return;
        }
        if (running.isEmpty()) {
            end(id);
        }
        if (!plugged) {
            network.unplug(namespace, List.of(wanted.port().link()));
            network.ensureBridges(List.of(wanted.port()));
            network.plug(namespace, List.of(wanted.port()));
        }
        start(id, configuration, running);
        log.atInfo()
                .addKeyValue("balancer", wanted.balancer().name())
                .addKeyValue("address", wanted.balancer().address())
                .addKeyValue("members", wanted.members().size())
                .log("Load balancer runs");
    }

    /// What the running program was started with.
    private Path configured(String id) {
        return settings.balancers().resolve(id).resolve("haproxy.cfg");
    }

    /// @param before the process that hands its listener over and leaves when its connections have ended
    private void start(String id, String configuration, Optional<Long> before) {
        var directory = SecretFiles.createDirectories(settings.balancers().resolve(id));
        var next = directory.resolve("next.cfg");
        SecretFiles.write(next, configuration);
        // In a control group of its own it is known as ours, and ends with nobody else.
        var words = new ArrayList<>(List.of(
                "sh",
                "-c",
                "umask 077 && echo $$ >\"$0\" && exec \"$@\"",
                Cgroups.detect().make(settings.cgroup(id)).toString(),
                "nsenter",
                "--net=" + HostNetwork.namespacePath(settings.namespace(id)),
                "haproxy",
                "-D",
                "-f",
                next.toString(),
                "-p",
                directory.resolve("haproxy.pid").toString()));
        before.ifPresent(pid ->
                words.addAll(List.of("-x", directory.resolve("haproxy.sock").toString(), "-sf", pid.toString())));
        var output = directory.resolve("haproxy.log");
        try {
            Files.deleteIfExists(output);
            Command.of(words).launch(output);
            Files.move(next, configured(id), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the load balancer " + id, e);
        }
    }

    private void remove(String id) {
        end(id);
        network.unplug(settings.namespace(id), List.of(settings.link(id, 0)));
        Linux.deleteRecursively(settings.balancers().resolve(id));
    }

    /// Ends every process of the balancer, and its control group.
    private void end(String id) {
        var cgroups = Cgroups.detect();
        var deadline = System.nanoTime() + DEATH.toNanos();
        while (!cgroups.remove(settings.cgroup(id))) {
            if (System.nanoTime() > deadline) {
                throw new Fault(
                        CpiFaultCode.HOST_FAILED,
                        "Processes of the load balancer %s do not end; see `ps` for their state.".formatted(id),
                        "pids=" + cgroups.processes(settings.cgroup(id)));
            }
            cgroups.processes(settings.cgroup(id)).forEach(pid -> Linux.kill(pid, KILL));
            ContainerCpi.pause();
        }
    }
}
