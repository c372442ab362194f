package org.openpks.director.cpi.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openpks.director.cpi.Cpi;
import org.openpks.director.cpi.CpiFaultCode;
import org.openpks.director.cpi.host.Caller;
import org.openpks.director.cpi.host.Cgroups;
import org.openpks.director.cpi.host.Command;
import org.openpks.director.cpi.host.Linux;
import org.openpks.director.cpi.network.HostNetwork;
import org.openpks.director.cpi.network.Port;
import org.openpks.kernel.Fault;
import org.openpks.kernel.SecretFiles;
import org.openpks.kernel.Secrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Machines as containers of this machine, run by `runc`.
///
/// A machine is made of a directory, a network namespace, an overlay mount and a control group, all named after it;
/// the directory is the first thing made and the last one deleted, so that whatever a crash leaves can be found and
/// removed by [#deleteVm(String)]. A node needs nothing of this JVM to keep running.
///
/// Cloud properties of a VM: `cpu` (processors, may be a fraction), `ram` (MiB), `ephemeral_disk_size` (accepted
/// and not enforced: the node shares the machine's file system), `load_balancer` ([LoadBalancer]: a map of `name`,
/// `address`, `port` and perhaps `health_path`). Cloud properties of a subnet: `bridge`.
public final class ContainerCpi implements Cpi {

    private static final Logger log = LoggerFactory.getLogger(ContainerCpi.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int KILL = 9;
    private static final Duration DEATH = Duration.ofSeconds(10);

    private final ContainerCpiSettings settings;
    private final InstantSource clock;
    private final HostNetwork network;
    private final Stemcells stemcells;
    private final Disks disks;
    private final Machine machine;
    private final Balancers balancers;

    public ContainerCpi(ContainerCpiSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.network = new HostNetwork(settings.prefix(), settings.privateRanges(), settings.routeProtocol());
        this.stemcells = new Stemcells(settings);
        this.disks = new Disks(settings);
        this.machine = new Machine(settings);
        this.balancers = new Balancers(settings, network);
    }

    @Override
    public String createStemcell(Path image, Map<String, Object> cloudProperties) {
        return stemcells.create(image);
    }

    @Override
    public void deleteStemcell(String stemcellCid) {
        stemcells.delete(stemcellCid, vms());
    }

    @Override
    public Vm createVm(VmRequest request) {
        var lower = stemcells.rootfs(request.stemcellCid());
        var node = reserve();
        try {
            var record = NodeRecord.of(settings, node.cid(), request, clock.instant());
            balancers.check(record);
            Json.write(node.recordFile(), record);
            machine.prepare();
            network.ensureBridges(record.ports());
            layOut(node, record, nameservers(request));
            boot(node, record, lower);
            balancers.settle(record);
            log.atInfo()
                    .addKeyValue("vm", node.cid())
                    .addKeyValue("agent", request.agentId())
                    .log("Machine is made");
            return new Vm(node.cid(), request.networks());
        } catch (IOException e) {
            deleteAfter(node.cid(), e);
            throw new UncheckedIOException("cannot make the machine " + node.cid(), e);
        } catch (RuntimeException e) {
            deleteAfter(node.cid(), e);
            throw e;
        }
    }

    private void deleteAfter(String vmCid, Exception failure) {
        try {
            deleteVm(vmCid);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void deleteVm(String vmCid) {
        var node = NodeDirectory.of(settings, checked(vmCid));
        var record = Json.readIfPresent(node.recordFile(), NodeRecord.class);
        halt(node);
        unmount(node);
        network.unplug(settings.namespace(vmCid), links(vmCid));
        removeCgroups(vmCid);
        Linux.deleteRecursively(settings.runcState().resolve(vmCid));
        deleteDirectory(node);
        record.ifPresentOrElse(balancers::settle, balancers::settle);
        network.removeBridgesExcept(this::bridgesInUse);
        log.atInfo().addKeyValue("vm", vmCid).log("Machine is deleted");
    }

    @Override
    public boolean hasVm(String vmCid) {
        return NodeDirectory.of(settings, checked(vmCid)).exists();
    }

    /// Whatever was mounted into the node from outside comes back with it; what its jobs mounted themselves does
    /// not, so their start scripts must look for it each time.
    @Override
    public void rebootVm(String vmCid) {
        var node = existing(vmCid);
        var record = Json.read(node.recordFile(), NodeRecord.class);
        halt(node);
        removeCgroups(vmCid);
        Linux.deleteRecursively(settings.runcState().resolve(vmCid));
        try {
            Files.deleteIfExists(node.pidFile());
            machine.prepare();
            network.ensureBridges(record.ports());
            boot(node, record, stemcells.rootfs(record.stemcellCid()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot boot the machine " + vmCid, e);
        }
        log.atInfo().addKeyValue("vm", vmCid).log("Machine is booted again");
    }

    @Override
    public void setVmMetadata(String vmCid, Map<String, String> metadata) {
        var node = existing(vmCid);
        var sorted = new TreeMap<>(metadata);
        Json.write(node.metadataFile(), sorted);
        try {
            // Other clouds show them beside the machine; this one has no place but the machine itself.
            var shown = node.vcap().resolve("instance/metadata.json");
            Files.writeString(NodeFiles.target(node.vcap(), shown), Json.MAPPER.writeValueAsString(sorted));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the metadata of " + vmCid, e);
        }
    }

    @Override
    public String createDisk(int sizeMb, Map<String, Object> cloudProperties, Optional<String> vmCid) {
        return disks.create(sizeMb);
    }

    @Override
    public void deleteDisk(String diskCid) {
        attachedTo(diskCid).ifPresent(vm -> {
            throw new Fault(
                    CpiFaultCode.DISK_IN_USE,
                    "The disk is attached to a machine; detach it first.",
                    "disk=%s vm=%s".formatted(diskCid, vm));
        });
        disks.delete(diskCid);
    }

    @Override
    public boolean hasDisk(String diskCid) {
        return disks.exists(diskCid);
    }

    @Override
    public void attachDisk(String vmCid, String diskCid) {
        var node = existing(vmCid);
        var disk = disks.directory(diskCid);
        attachedTo(diskCid).filter(vm -> !vm.equals(vmCid)).ifPresent(vm -> {
            throw new Fault(
                    CpiFaultCode.DISK_IN_USE,
                    "The disk is attached to another machine; detach it there first.",
                    "disk=%s vm=%s".formatted(diskCid, vm));
        });
        var attached = disks.attached(node);
        if (attached.isPresent() && !attached.get().equals(diskCid)) {
            throw new Fault(
                    CpiFaultCode.DISK_IN_USE,
                    "The machine has another disk attached; detach that first.",
                    "vm=%s disk=%s".formatted(vmCid, attached.get()));
        }
        disks.attach(node, diskCid, disk);
    }

    @Override
    public void detachDisk(String vmCid, String diskCid) {
        var node = NodeDirectory.of(settings, checked(vmCid));
        if (node.exists() && disks.attached(node).equals(Optional.of(diskCid))) {
            disks.detach(node);
        }
    }

    /// Restarts load balancers that ended, after a restart of the machine all of them, and removes what a crash left of
    /// others. To be called every now and then.
    public void tendBalancers() {
        balancers.settle();
    }

    @Override
    public List<String> vms() {
        return Nodes.all(settings).stream().map(NodeDirectory::cid).toList();
    }

    private Optional<String> attachedTo(String diskCid) {
        return Nodes.all(settings).stream()
                .filter(node -> disks.attached(node).equals(Optional.of(diskCid)))
                .map(NodeDirectory::cid)
                .findFirst();
    }

    /// Takes a name that nobody has.
    private NodeDirectory reserve() {
        var bytes = new byte[5];
        try {
            SecretFiles.createDirectories(settings.nodes());
            while (true) {
                RANDOM.nextBytes(bytes);
                var node = NodeDirectory.of(settings, "vm-" + HexFormat.of().formatHex(bytes));
                try {
                    Files.createDirectory(node.path());
                    return node;
                } catch (FileAlreadyExistsException e) {
                    log.atDebug().addKeyValue("vm", node.cid()).log("Name is taken");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a directory for a machine", e);
        }
    }

    /// The names that interfaces of this machine can have; they are known even when its record is not.
    private List<String> links(String vmCid) {
        return IntStream.range(0, NodeRecord.MOST_PORTS)
                .mapToObj(index -> settings.link(vmCid, index))
                .toList();
    }

    private Set<String> bridgesInUse() {
        return Nodes.all(settings).stream()
                .flatMap(node -> Json.readIfPresent(node.recordFile(), NodeRecord.class).stream())
                .flatMap(record -> record.ports().stream())
                .map(Port::bridge)
                .collect(Collectors.toSet());
    }

    private static List<String> nameservers(VmRequest request) {
        return request.networks().values().stream()
                .flatMap(net -> net.dns().stream())
                .distinct()
                .toList();
    }

    private void layOut(NodeDirectory node, NodeRecord record, List<String> nameservers) throws IOException {
        for (var directory : List.of(
                node.rootfs(),
                node.upper(),
                node.work(),
                node.store(),
                node.packages(),
                node.jobs(),
                node.logs(),
                node.run(),
                node.vcap().resolve("instance"))) {
            Files.createDirectories(directory);
        }
        for (var name : Bundle.PLAIN_DIRECTORIES) {
            Files.createDirectories(node.vcap().resolve("data/lib").resolve(name));
        }
        BootFiles.write(node, Secrets.password(24));
        BootFiles.name(node, record, nameservers);
    }

    /// Mounts what is not mounted, makes the network unless it is there, and starts the first process.
    private void boot(NodeDirectory node, NodeRecord record, Path lower) throws IOException {
        var mounted = Linux.mountsBelow(node.path());
        if (!mounted.contains(node.vcap())) {
            Linux.mountSharedOntoItself(node.vcap());
            disks.mountAgain(node);
            Packages.mountAgain(node);
        }
        if (!mounted.contains(node.rootfs())) {
            Linux.mountOverlay(lower, node.upper(), node.work(), node.rootfs());
        }
        var namespace = settings.namespace(node.cid());
        if (!network.namespaces().contains(namespace) || !allPlugged(record)) {
            network.unplug(namespace, links(node.cid()));
            network.plug(namespace, record.ports());
        }
        Files.writeString(
                node.bundle().resolve("config.json"),
                Json.MAPPER.writeValueAsString(Bundle.config(
                        record,
                        node,
                        settings.cgroup(node.cid()),
                        HostNetwork.namespacePath(namespace),
                        Caller.current())));
        Files.deleteIfExists(node.bootedFile());
        Command.of(
                        "runc",
                        "--root",
                        settings.runcState().toString(),
                        "run",
                        "--detach",
                        "--bundle",
                        node.bundle().toString(),
                        "--pid-file",
                        node.pidFile().toString(),
                        node.cid())
                .launch(node.consoleLog());
    }

    private static boolean allPlugged(NodeRecord record) {
        return record.ports().stream().allMatch(port -> HostNetwork.linkExists(port.link()));
    }

    /// Ends every process of the node. The first process takes all others of its namespace with it; what was on the
    /// way to become one is found by control group and by name.
    private void halt(NodeDirectory node) {
        var cgroups = Cgroups.detect();
        var deadline = System.nanoTime() + DEATH.toNanos();
        node.initPid().ifPresentOrElse(pid -> Linux.kill(pid, KILL), () -> endRunc(node.cid()));
        var left = cgroups.processes(settings.cgroup(node.cid()));
        while (!left.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new Fault(
                        CpiFaultCode.HOST_FAILED,
                        "Processes of the machine %s do not end; see `ps` for their state.".formatted(node.cid()),
                        "pids=" + left);
            }
            left.forEach(pid -> Linux.kill(pid, KILL));
            pause();
            left = cgroups.processes(settings.cgroup(node.cid()));
        }
    }

    /// Nothing may be mounted when the directory is deleted: below it would lie somebody's disk.
    private static void unmount(NodeDirectory node) {
        for (var mount : Linux.mountsBelow(node.path())) {
            Linux.detach(mount);
        }
        var left = Linux.mountsBelow(node.path());
        if (!left.isEmpty()) {
            throw new Fault(
                    CpiFaultCode.HOST_FAILED,
                    "Mounts of the machine %s do not go away.".formatted(node.cid()),
                    "mounts=" + left);
        }
    }

    private void endRunc(String vmCid) {
        Nodes.runcProcesses(settings, vmCid).forEach(pid -> Linux.kill(pid, KILL));
    }

    private void removeCgroups(String vmCid) {
        var cgroups = Cgroups.detect();
        var deadline = System.nanoTime() + DEATH.toNanos();
        while (!cgroups.remove(settings.cgroup(vmCid))) {
            if (System.nanoTime() > deadline) {
                throw new Fault(
                        CpiFaultCode.HOST_FAILED,
                        "The control group of the machine %s cannot be removed.".formatted(vmCid),
                        "groups=" + cgroups.existing(settings.cgroup(vmCid)));
            }
            pause();
        }
    }

    /// Between two looks at something that the kernel finishes by itself within milliseconds.
    static void pause() {
        try {
            Thread.sleep(3);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(CpiFaultCode.HOST_FAILED, "Interrupted while a machine ends.", "", e);
        }
    }

    /// The record goes last, so that a half deleted node is still known as one.
    private static void deleteDirectory(NodeDirectory node) {
        if (!Files.isDirectory(node.path())) {
            return;
        }
        try (var children = Files.list(node.path())) {
            children.filter(child -> !child.equals(node.recordFile())).forEach(Linux::deleteRecursively);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + node.path(), e);
        }
        Linux.deleteRecursively(node.path());
    }

    private NodeDirectory existing(String vmCid) {
        var node = NodeDirectory.of(settings, checked(vmCid));
        if (!node.exists()) {
            throw new Fault(CpiFaultCode.VM_UNKNOWN, "There is no machine %s.".formatted(vmCid));
        }
        return node;
    }

    private static String checked(String vmCid) {
        if (!vmCid.matches("vm-[0-9a-f]{10}")) {
            throw new Fault(CpiFaultCode.VM_UNKNOWN, "There is no machine of this name.", "vm=" + vmCid);
        }
        return vmCid;
    }
}
