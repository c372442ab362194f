package org.openpks.director.cpi.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.openpks.director.cpi.CpiFaultCode;
import org.openpks.director.cpi.host.Linux;
import org.openpks.kernel.Fault;
import org.openpks.kernel.SecretFiles;

/// Persistent disks: directories that outlive the machines they are attached to. Their size is noted, not enforced.
final class Disks {

    private static final int LOOKS = 200;

    private final ContainerCpiSettings settings;

    Disks(ContainerCpiSettings settings) {
        this.settings = settings;
    }

    String create(int sizeMb) {
        var cid = "disk-" + UUID.randomUUID();
        try {
            SecretFiles.createDirectories(settings.disks());
            var directory = Files.createDirectory(settings.disks().resolve(cid));
            Json.write(directory.resolve("disk.json"), Map.of("size_mb", sizeMb));
            Files.createDirectory(directory.resolve("content"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a disk", e);
        }
        return cid;
    }

    void delete(String cid) {
        Linux.deleteRecursively(settings.disks().resolve(checked(cid)));
    }

    boolean exists(String cid) {
        return Files.isDirectory(content(cid));
    }

    Path directory(String cid) {
        if (!exists(cid)) {
            throw new Fault(CpiFaultCode.DISK_UNKNOWN, "There is no disk %s.".formatted(cid));
        }
        return content(cid);
    }

    Optional<String> attached(NodeDirectory node) {
        return Json.textIfPresent(node.diskFile()).map(String::strip);
    }

    /// The mount appears in the running node by propagation.
    void attach(NodeDirectory node, String cid, Path content) {
        SecretFiles.write(node.diskFile(), cid);
        if (!Linux.mountsBelow(node.store()).contains(node.store())) {
            Linux.bind(content, node.store(), false);
        }
    }

    /// Waits a moment for the node's last user of the disk, then takes it away regardless: its jobs are stopped by
    /// now, and what still holds a file open must not keep the machine from being replaced.
    void detach(NodeDirectory node) {
        try {
            boolean free = Linux.unmount(node.store());
            for (int look = 0; !free && look < LOOKS; look++) {
                Thread.sleep(10);
                free = Linux.unmount(node.store());
            }
            if (!free) {
                Linux.detach(node.store());
            }
            Files.deleteIfExists(node.diskFile());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot detach the disk of " + node.cid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(CpiFaultCode.DISK_IN_USE, "Interrupted while a disk was detached.", "", e);
        }
    }

    /// After a restart of the whole machine no mount is left. A node must not come up without its disk: it would
    /// write what has to outlive it to the node itself.
    /// @throws Fault with [CpiFaultCode#DISK_UNKNOWN] when the disk is gone
    void mountAgain(NodeDirectory node) {
        attached(node).ifPresent(cid -> attach(node, cid, directory(cid)));
    }

    private Path content(String cid) {
        return settings.disks().resolve(checked(cid)).resolve("content");
    }

    private static String checked(String cid) {
        if (!cid.matches("disk-[0-9a-f-]{36}")) {
            throw new Fault(CpiFaultCode.DISK_UNKNOWN, "There is no such disk.", "disk=" + cid);
        }
        return cid;
    }
}
