package org.openpks.director.cpi.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openpks.director.cpi.host.Caller;
import org.openpks.director.cpi.host.Cgroups;
import org.openpks.director.cpi.host.Command;
import org.openpks.director.cpi.host.Linux;
import org.openpks.kernel.Fault;

/// What nodes need of the machine. It looks, tries in a corner of its own where looking is not enough, and leaves
/// nothing behind.
public final class HostRequirements {

    private static final long LEAST_FREE_BYTES = 5_000_000_000L;
    private static final long LEAST_INOTIFY_INSTANCES = 512;

    /// Programs, and the Debian package of each.
    private static final Map<String, String> PROGRAMS = programs();

    private final Path home;

    public HostRequirements(Path home) {
        this.home = home.toAbsolutePath();
    }

    /// Something that is missing.
    /// @param fix the command that mends it, or what to do where no command can
    public record Missing(String what, String fix) {

        /// One line for a person.
        public String line() {
            return what + ": " + fix;
        }
    }

    /// Everything that is missing, in the order in which it should be mended. Takes some 100 ms.
    public List<Missing> missing() {
        var missing = new ArrayList<Missing>();
        var caller = Caller.current();
        if (!caller.capabilities()
                .containsAll(List.of("CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SYS_CHROOT", "CAP_CHOWN"))) {
            missing.add(new Missing("Root's rights are missing", "run it as root, for example with sudo"));
            return List.copyOf(missing);
        }
        PROGRAMS.forEach((program, debian) -> {
            if (!Command.exists(program)) {
                missing.add(
                        new Missing("The program %s is missing".formatted(program), "apt-get install -y " + debian));
            }
        });
        if (!missing.isEmpty()) {
            return List.copyOf(missing);
        }
        devices(missing);
        if (Command.of("nft", "list", "tables").run().exitCode() != 0) {
            missing.add(kernel("nftables", "nf_tables"));
        }
        if (!Cgroups.detect().present()) {
            missing.add(new Missing("No control groups are mounted", "mount -t cgroup2 cgroup2 /sys/fs/cgroup"));
        }
        overlay(missing);
        setting(missing, "fs/inotify/max_user_instances", LEAST_INOTIFY_INSTANCES, 8192);
        setting(missing, "net/ipv4/ip_forward", 1, 1);
        space(missing);
        return List.copyOf(missing);
    }

    private static Map<String, String> programs() {
        var programs = new LinkedHashMap<String, String>();
        programs.put("runc", "runc");
        programs.put("ip", "iproute2");
        programs.put("nft", "nftables");
        programs.put("nsenter", "util-linux");
        programs.put("setsid", "util-linux");
        programs.put("tar", "tar");
        programs.put("haproxy", "haproxy");
        return programs;
    }

    /// Kinds of network devices can only be tried; in a namespace of its own, which vanishes with the program.
    private static void devices(List<Missing> missing) {
        var tries = new LinkedHashMap<String, String>();
        tries.put("bridge", "link add try0 type bridge\n");
        tries.put("veth", "link add try0 type veth peer name try1\n");
        tries.put("vxlan", "link add try0 type vxlan id 1 dstport 8472 dev lo\n");
        tries.forEach((kind, script) -> {
            var result = Command.of("unshare", "--net", "ip", "-batch", "-")
                    .reading(script)
                    .run();
            if (result.exitCode() != 0) {
                missing.add(kernel("network devices of type " + kind, kind));
            }
        });
    }

    private static Missing kernel(String feature, String module) {
        return new Missing(
                "The kernel has no " + feature, "modprobe %s, or use a kernel that has it".formatted(module));
    }

    private void overlay(List<Missing> missing) {
        var probe =
                existing().resolve(".openpks-probe-" + ProcessHandle.current().pid());
        try {
            for (var name : List.of("lower", "upper", "work", "root")) {
                Files.createDirectories(probe.resolve(name));
            }
            Linux.mountOverlay(
                    probe.resolve("lower"), probe.resolve("upper"), probe.resolve("work"), probe.resolve("root"));
            Linux.detach(probe.resolve("root"));
        } catch (Fault e) {
            missing.add(new Missing(
                    "%s cannot carry an overlay mount".formatted(home),
                    "set OPENPKS_HOME to a directory on ext4 or xfs; or modprobe overlay"));
        } catch (IOException e) {
            missing.add(
                    new Missing("%s cannot be written".formatted(existing()), "set OPENPKS_HOME to another directory"));
        } finally {
            Linux.deleteRecursively(probe);
        }
    }

    private static void setting(List<Missing> missing, String name, long least, long wanted) {
        var file = Path.of("/proc/sys", name);
        long value = Machine.value(file);
        if (value < least && !Machine.write(file, value)) {
            missing.add(new Missing(
                    "The kernel setting %s is %d and cannot be changed from here"
                            .formatted(name.replace('/', '.'), value),
                    "sysctl -w %s=%d on the machine itself".formatted(name.replace('/', '.'), wanted)));
        }
    }

    private void space(List<Missing> missing) {
        long free = Linux.use(existing()).freeBytes();
        if (free < LEAST_FREE_BYTES) {
            missing.add(new Missing(
                    "%s has only %.1f GB free of the 5 GB that are needed".formatted(home, free / 1e9),
                    "make room, or set OPENPKS_HOME to a larger file system"));
        }
    }

    private Path existing() {
        var path = home;
        while (!Files.isDirectory(path)) {
            path = path.getParent();
        }
        return path;
    }
}
