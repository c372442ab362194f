package org.openpks.director.agent.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openpks.director.cpi.container.ContainerCpiSettings;
import org.openpks.director.cpi.container.NodeDirectory;
import org.openpks.director.cpi.host.Cgroups;
import org.openpks.director.cpi.host.Linux;

/// How a node is doing, in the form of BOSH's vitals: nested maps whose numbers are text. Processor and memory are
/// the node's own, load is the machine's, disks are those below the node's directories.
final class Vitals {

    private final ContainerCpiSettings settings;
    private final NodeDirectory node;
    private final InstantSource clock;
    private @Nullable Sample last;

    Vitals(ContainerCpiSettings settings, NodeDirectory node, InstantSource clock) {
        this.settings = settings;
        this.node = node;
        this.clock = clock;
    }

    /// Processor shares are averages since the last call, or since the node's boot.
    synchronized Map<String, Object> read() throws IOException {
        var cgroups = Cgroups.detect();
        var vitals = new LinkedHashMap<String, Object>();
        vitals.put("cpu", processor(cgroups));
        var disk = new LinkedHashMap<String, Object>();
        disk.put("system", disk(node.path()));
        disk.put("ephemeral", disk(node.vcap().resolve("data")));
        if (Files.exists(node.diskFile())) {
            disk.put("persistent", disk(node.store()));
        }
        vitals.put("disk", disk);
        vitals.put(
                "load",
                List.of(Files.readString(Path.of("/proc/loadavg")).split(" ")).subList(0, 3));
        long used = cgroups.memoryInUse(settings.cgroup(node.cid())).orElse(0L) / 1024;
        long total = memoryKb();
        vitals.put(
                "mem",
                Map.of("kb", String.valueOf(used), "percent", String.valueOf(total == 0 ? 0 : used * 100 / total)));
        vitals.put("swap", Map.of("kb", "0", "percent", "0"));
        vitals.put("uptime", Map.of("secs", (clock.instant().toEpochMilli() - booted().toEpochMilli()) / 1000));
        return vitals;
    }

    private Map<String, Object> processor(Cgroups cgroups) throws IOException {
        var time = cgroups.processorTime(settings.cgroup(node.cid())).orElse(new long[] {0, 0});
        var now = new Sample(clock.instant(), time[0], time[1]);
        var before = last == null ? new Sample(booted(), 0, 0) : last;
        last = now;
        double micros = Math.max(1, (now.at().toEpochMilli() - before.at().toEpochMilli()) * 1000.0)
                * Runtime.getRuntime().availableProcessors();
        return Map.of(
                "user", percent((now.user() - before.user()) / micros),
                "sys", percent((now.system() - before.system()) / micros),
                "wait", "0.0");
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", Math.max(0, share * 100));
    }

    private static Map<String, Object> disk(Path path) {
        var use = Linux.use(path);
        return Map.of("percent", String.valueOf(use.percent()), "inode_percent", String.valueOf(use.inodePercent()));
    }

    private Instant booted() throws IOException {
        return Files.getLastModifiedTime(node.pidFile()).toInstant();
    }

    /// The node's limit, or what the machine has.
    private long memoryKb() throws IOException {
        return node.memoryLimitKb().orElseGet(Vitals::machineMemoryKb);
    }

    private static long machineMemoryKb() {
        try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemTotal:"))
                    .map(line -> Long.valueOf(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0L);
        } catch (IOException e) {
            return 0;
        }
    }

    private record Sample(Instant at, long user, long system) {}
}
