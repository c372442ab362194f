package org.openpks.director.cpi.container;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openpks.director.cpi.host.Caller;
import org.openpks.director.cpi.host.Command;

/// The OCI runtime configuration of a node: as much of a machine of its own as a container can be.
///
/// It may do all that the control plane itself may, because Kubernetes needs nearly all of it. What separates nodes
/// are namespaces.
final class Bundle {

    static final String BOOT = "/var/vcap/bosh/bin/boot";

    private static final int CPU_PERIOD = 100_000;
    private static final long MIB = 1L << 20;

    /// Directories that must not lie on the overlay: `containerd` stacks overlays of its own there.
    static final List<String> PLAIN_DIRECTORIES = List.of("containerd", "kubelet", "cni");

    private Bundle() {}

    static Map<String, Object> config(
            NodeRecord node, NodeDirectory directory, String cgroupPath, Path networkNamespace, Caller caller) {
        var process = new LinkedHashMap<String, Object>();
        process.put("terminal", false);
        process.put("user", Map.of("uid", 0, "gid", 0));
        process.put("args", List.of(BOOT));
        process.put("env", List.of("PATH=/var/vcap/bosh/bin:" + Command.PATH, "HOME=/root", "LANG=C.UTF-8"));
        process.put("cwd", "/");
        process.put(
                "capabilities",
                Map.of(
                        "bounding", caller.capabilities(),
                        "effective", caller.capabilities(),
                        "inheritable", List.of(),
                        "permitted", caller.capabilities()));
        process.put(
                "rlimits",
                List.of(Map.of("type", "RLIMIT_NOFILE", "hard", caller.openFiles(), "soft", caller.openFiles())));
        process.put("noNewPrivileges", false);

        var linux = new LinkedHashMap<String, Object>();
        linux.put(
                "namespaces",
                List.of(
                        Map.of("type", "pid"),
                        Map.of("type", "ipc"),
                        Map.of("type", "uts"),
                        Map.of("type", "mount"),
                        Map.of("type", "cgroup"),
                        Map.of("type", "network", "path", networkNamespace.toString())));
        linux.put("cgroupsPath", "/" + cgroupPath);
        linux.put("resources", resources(node));
        // a slave of the machine: its mounts arrive, ours never leave; the boot program shares them onwards inside the
        // node
        linux.put("rootfsPropagation", "rslave");
        linux.put("sysctl", Map.of("net.ipv4.ip_forward", "1"));
        linux.put("maskedPaths", List.of());
        linux.put("readonlyPaths", List.of());

        var config = new LinkedHashMap<String, Object>();
        config.put("ociVersion", "1.0.2");
        config.put("hostname", node.hostname());
        config.put("process", process);
        config.put("root", Map.of("path", "rootfs", "readonly", false));
        config.put("mounts", mounts(directory));
        config.put("linux", linux);
        return config;
    }

    private static Map<String, Object> resources(NodeRecord node) {
        var resources = new LinkedHashMap<String, Object>();
        resources.put("devices", List.of(Map.of("allow", true, "access", "rwm")));
        if (node.cpu() > 0) {
            resources.put(
                    "cpu",
                    Map.of(
                            "quota", Math.round(node.cpu() * CPU_PERIOD),
                            "period", CPU_PERIOD,
                            "shares", Math.max(2, Math.round(node.cpu() * 1024))));
        }
        if (node.ramMb() > 0) {
            resources.put("memory", Map.of("limit", node.ramMb() * MIB));
        }
        return resources;
    }

    private static List<Map<String, Object>> mounts(NodeDirectory directory) {
        var mounts = new ArrayList<Map<String, Object>>();
        mounts.add(mount("/proc", "proc", "proc"));
        mounts.add(mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"));
        mounts.add(mount(
                "/dev/pts",
                "devpts",
                "devpts",
                "nosuid",
                "noexec",
                "newinstance",
                "ptmxmode=0666",
                "mode=0620",
                "gid=5"));
        mounts.add(mount("/dev/shm", "tmpfs", "shm", "nosuid", "nodev", "mode=1777", "size=65536k"));
        mounts.add(mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"));
        mounts.add(mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev"));
        mounts.add(mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev"));
        mounts.add(mount("/run", "tmpfs", "tmpfs", "nosuid", "mode=755"));
        mounts.add(mount("/tmp", "tmpfs", "tmpfs", "nosuid", "nodev", "mode=1777"));
        for (var device : List.of("/dev/kmsg", "/dev/fuse", "/dev/net/tun")) {
            if (Files.exists(Path.of(device))) {
                mounts.add(mount(device, "bind", device, "bind"));
            }
        }
        if (Files.isDirectory(Path.of("/lib/modules"))) {
            mounts.add(mount("/lib/modules", "bind", "/lib/modules", "rbind", "ro"));
        }
        mounts.add(mount("/var/vcap", "bind", directory.vcap().toString(), "rbind", "rslave", "rw"));
        for (var name : PLAIN_DIRECTORIES) {
            mounts.add(mount(
                    "/var/lib/" + name,
                    "bind",
                    directory.vcap().resolve("data/lib/" + name).toString(),
                    "bind",
                    "rw"));
        }
        return mounts;
    }

    private static Map<String, Object> mount(String destination, String type, String source, String... options) {
        return Map.of("destination", destination, "type", type, "source", source, "options", List.of(options));
    }
}
