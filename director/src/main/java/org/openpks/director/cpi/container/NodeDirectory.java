package org.openpks.director.cpi.container;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The layout of a node's directory: everything that belongs to one machine, and what finds it again after a crash.
public record NodeDirectory(Path path) {

    public static NodeDirectory of(ContainerCpiSettings settings, String vmCid) {
        return new NodeDirectory(settings.nodes().resolve(vmCid));
    }

    public String cid() {
        return path.getFileName().toString();
    }

    /// Written first and deleted last: what the node is made of.
    public Path recordFile() {
        return path.resolve("node.json");
    }

    public Path metadataFile() {
        return path.resolve("metadata.json");
    }

    /// Which disk is attached.
    public Path diskFile() {
        return path.resolve("disk");
    }

    /// Which packages are mounted.
    public Path packagesFile() {
        return path.resolve("packages.json");
    }

    public Path bundle() {
        return path.resolve("bundle");
    }

    /// The node's root as it sees it, apart from what is mounted inside.
    public Path rootfs() {
        return path.resolve("bundle/rootfs");
    }

    public Path upper() {
        return path.resolve("upper");
    }

    public Path work() {
        return path.resolve("work");
    }

    public Path pidFile() {
        return path.resolve("init.pid");
    }

    public Path consoleLog() {
        return path.resolve("console.log");
    }

    /// `/var/vcap` of the node. Mounts made below it on the machine appear in the running node.
    public Path vcap() {
        return path.resolve("vcap");
    }

    public Path store() {
        return path.resolve("vcap/store");
    }

    public Path packages() {
        return path.resolve("vcap/packages");
    }

    public Path jobs() {
        return path.resolve("vcap/jobs");
    }

    public Path logs() {
        return path.resolve("vcap/sys/log");
    }

    public Path run() {
        return path.resolve("vcap/sys/run");
    }

    public Path monit() {
        return path.resolve("vcap/monit");
    }

    /// There from the moment on at which programs may run in the node; before, its boot would take their traces for
    /// those of the last one.
    public Path bootedFile() {
        return path.resolve("vcap/bosh/booted");
    }

    public boolean exists() {
        return Files.exists(recordFile());
    }

    /// Its VM type's memory; empty when it may use all that the machine has.
    public Optional<Long> memoryLimitKb() {
        long megabytes = Json.read(recordFile(), NodeRecord.class).ramMb();
        return megabytes > 0 ? Optional.of(megabytes * 1024) : Optional.empty();
    }

    /// The lines of /etc/hosts that name the node itself, with more lines behind them.
    public String hosts(String more) {
        return BootFiles.hosts(Json.read(recordFile(), NodeRecord.class), more);
    }

    /// The first process of the running node, as the machine numbers it.
    public Optional<Long> initPid() {
        return NodeProcess.read(this);
    }
}
