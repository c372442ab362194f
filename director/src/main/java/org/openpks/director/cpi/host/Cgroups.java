package org.openpks.director.cpi.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The machine's control groups: version 2 (one tree) or version 1 (a tree for each controller).
///
/// A path here is relative to the top of a tree, for example `openpks/vm-0123456789`.
public final class Cgroups {

    private static final Path TOP = Path.of("/sys/fs/cgroup");

    private final Map<String, Path> trees;
    private final boolean unified;

    private Cgroups(Map<String, Path> trees, boolean unified) {
        this.trees = trees;
        this.unified = unified;
    }

    /// Looks at what is mounted.
    public static Cgroups detect() {
        try {
            return parse(Files.readString(Path.of("/proc/self/mounts")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the mount table", e);
        }
    }

    /// Version 2 counts only when it stands at the top. Beside version 1 it may be mounted too, without
    /// controllers; then it is one more tree, in which `runc` makes groups as in the others.
    static Cgroups parse(String mounts) {
        var trees = new LinkedHashMap<String, Path>();
        boolean unified = false;
        for (var line : mounts.lines().toList()) {
            var field = line.split(" ");
            if (field.length < 4) {
                continue;
            }
            var point = Path.of(field[1]);
            if (field[2].equals("cgroup2") && point.equals(TOP)) {
                unified = true;
                trees.put("", point);
            } else if (field[2].startsWith("cgroup") && point.startsWith(TOP)) {
                trees.put(point.getFileName().toString(), point);
            }
        }
        return new Cgroups(Map.copyOf(trees), unified);
    }

    public boolean unified() {
        return unified;
    }

    public boolean present() {
        return !trees.isEmpty();
    }

    /// The files that take a process's id to move it into a node's group. Version 2 allows no processes in a group
    /// that hands out controllers, so a node keeps its own processes in a group `init` below.
    public List<Path> entrances(String path) {
        if (unified) {
            var own = TOP.resolve(path);
            var init = own.resolve("init/cgroup.procs");
            return List.of(Files.exists(init) ? init : own.resolve("cgroup.procs"));
        }
        return trees.values().stream()
                .map(tree -> tree.resolve(path).resolve("cgroup.procs"))
                .filter(Files::exists)
                .toList();
    }

    /// Makes a group that limits nothing, for telling whose a process is and for ending all of them, and returns the
    /// file that takes the id of its first process. With version 1 it is one tree's, preferably that of `pids`.
    public Path make(String path) {
        var tree = unified
                ? TOP
                : trees.getOrDefault(
                        "pids", trees.values().stream().sorted().findFirst().orElse(TOP));
        try {
            return Files.createDirectories(tree.resolve(path)).resolve("cgroup.procs");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the control group " + path, e);
        }
    }

    /// Every process of a group and the groups below it.
    public List<Long> processes(String path) {
        return groups(path)
                .flatMap(group -> read(group.resolve("cgroup.procs")).stream())
                .flatMap(String::lines)
                .filter(line -> !line.isBlank() && !line.equals("0"))
                .map(Long::valueOf)
                .distinct()
                .toList();
    }

    /// The groups that exist at or below a path, the deepest first, as absolute directories.
    public List<Path> existing(String path) {
        return groups(path).toList();
    }

    /// Removes a group with everything below it.
    /// @return false when a process is still in one of them; call again later
    public boolean remove(String path) {
        boolean gone = true;
        for (var group : existing(path)) {
            try {
                Files.deleteIfExists(group);
            } catch (IOException e) {
                gone = false;
            }
        }
        return gone;
    }

    /// Bytes of memory that a group's processes use, without the page cache that the kernel can take back.
    public Optional<Long> memoryInUse(String path) {
        var group = unified
                ? TOP.resolve(path)
                : trees.getOrDefault("memory", TOP.resolve("memory")).resolve(path);
        var usage = read(group.resolve(unified ? "memory.current" : "memory.usage_in_bytes"));
        var inactive = read(group.resolve("memory.stat"))
                .flatMap(text -> value(text, unified ? "inactive_file" : "total_inactive_file"))
                .orElse(0L);
        return usage.map(text -> Math.max(0, Long.parseLong(text.strip()) - inactive));
    }

    /// Microseconds of processor time that a group used since it exists: in user mode and in the kernel.
    public Optional<long[]> processorTime(String path) {
        if (unified) {
            return read(TOP.resolve(path).resolve("cpu.stat")).map(text -> new long[] {
                value(text, "user_usec").orElse(0L), value(text, "system_usec").orElse(0L)
            });
        }
        var group = trees.entrySet().stream()
                .filter(tree -> List.of(tree.getKey().split(",")).contains("cpuacct"))
                .map(tree -> tree.getValue().resolve(path))
                .findFirst();
        // cpuacct.stat counts in hundredths of a second
        return group.flatMap(directory -> read(directory.resolve("cpuacct.stat")))
                .map(text -> new long[] {
                    value(text, "user").orElse(0L) * 10_000,
                    value(text, "system").orElse(0L) * 10_000
                });
    }

    private Stream<Path> groups(String path) {
        var found = new ArrayList<Path>();
        for (var tree : trees.values()) {
            var top = tree.resolve(path);
            if (!Files.isDirectory(top)) {
                continue;
            }
            try (var walk = Files.find(top, 32, (file, attributes) -> attributes.isDirectory())) {
                walk.forEach(found::add);
            } catch (IOException | UncheckedIOException e) {
                // a group that vanishes while we look is one less to remove
                found.add(top);
            }
        }
        found.sort(Comparator.comparingInt(Path::getNameCount).reversed());
        return found.stream();
    }

    private static Optional<Long> value(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key + " "))
                .map(line -> Long.valueOf(line.substring(key.length() + 1).strip()))
                .findFirst();
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // ENODEV: the group was removed between opening and reading
            return Optional.empty();
        }
    }
}
