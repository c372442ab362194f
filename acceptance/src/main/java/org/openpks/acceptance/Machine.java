package org.openpks.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What there is on the machine of a product, as the machine's own tools show it: one line for each thing.
record Machine(SortedSet<String> things) {

    static Machine of(Product product) {
        var things = new TreeSet<String>();
        lines("ip", "netns", "list")
                .map(line -> line.split("\\s")[0])
                .filter(name -> name.startsWith(Product.PREFIX + "-"))
                .forEach(name -> things.add("namespace " + name));
        lines("ip", "-o", "link", "show")
                .map(line -> line.split(": ")[1].replaceAll("@.*", ""))
                .filter(name -> name.startsWith(Product.LINK_PREFIX))
                .forEach(name -> things.add("interface " + name));
        lines("ip", "route", "show", "table", "all", "proto", String.valueOf(Product.ROUTE_PROTOCOL))
                .forEach(route -> things.add("route " + route.strip()));
        lines("nft", "list", "tables")
                .filter(table -> table.contains(Product.PREFIX))
                .forEach(table -> things.add("firewall " + table.strip()));
        mounts(product).forEach(mount -> things.add("mount " + mount));
        processes(product).forEach(process -> things.add("process " + process));
        for (var directory : List.of("nodes", "balancers", "disks", "runc")) {
            children(product.home().resolve(directory)).forEach(child -> things.add(directory + " " + child));
        }
        return new Machine(things);
    }

    /// What is there now and was not before.
    SortedSet<String> since(Machine before) {
        var more = new TreeSet<>(things);
        more.removeAll(before.things);
        return more;
    }

    private static Stream<String> mounts(Product product) {
        return read(Path.of("/proc/self/mounts"))
                .lines()
                .map(line -> line.split(" ")[1])
                .filter(target -> target.startsWith(product.home() + "/"));
    }

    /// Processes in a node: those in a control group of ours. One that has ended and waits for the machine's init
    /// to take note of it holds nothing any more and does not count.
    private static Stream<String> processes(Product product) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> {
                    var groups = read(Path.of("/proc", String.valueOf(pid), "cgroup"));
                    return groups.contains("/" + Product.PREFIX + "/") && !hasEnded(pid);
                })
                .map(pid -> pid + " "
                        + read(Path.of("/proc", String.valueOf(pid), "comm")).strip());
    }

    /// A node of a cluster that runs.
    /// @param first its first process: when it ends, all of the node does
    record Node(String cid, String group, String zone, String address, ProcessHandle first) {

        void kill() {
            first.destroyForcibly();
            first.onExit().join();
        }
    }

    /// The nodes of a cluster that run.
    static List<Node> runningNodes(Product product, String uuid) {
        return nodes(product, uuid).stream()
                .map(process -> {
                    var groups = read(Path.of("/proc", String.valueOf(process.pid()), "cgroup"));
                    var cid = groups.replaceFirst("(?s).*(vm-[0-9a-f]{10}).*", "$1");
                    var instance = product.home().resolve("nodes").resolve(cid).resolve("vcap/instance");
                    var record =
                            read(product.home().resolve("nodes").resolve(cid).resolve("node.json"));
                    return new Node(
                            cid,
                            read(instance.resolve("name")).strip(),
                            read(instance.resolve("az")).strip(),
                            record.replaceFirst("(?s).*\"ip\":\"([0-9.]+)\".*", "$1"),
                            process);
                })
                .toList();
    }

    /// The first process of every node of a cluster: when it ends, all of the node does.
    static List<ProcessHandle> nodes(Product product, String uuid) {
        var directories = children(product.home().resolve("nodes")).stream()
                .filter(cid -> read(product.home().resolve("nodes").resolve(cid).resolve("metadata.json"))
                        .contains(uuid))
                .toList();
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    var directory = Path.of("/proc", String.valueOf(process.pid()));
                    var groups = read(directory.resolve("cgroup"));
                    return directories.stream().anyMatch(cid -> groups.contains("/" + Product.PREFIX + "/" + cid))
                            && read(directory.resolve("status")).matches("(?s).*\\nNSpid:\\t\\d+\\t1\\n.*");
                })
                .toList();
    }

    private static boolean hasEnded(long pid) {
        var status = read(Path.of("/proc", String.valueOf(pid), "status"));
        return status.isEmpty() || status.contains("\nState:\tZ") || status.contains("\nState:\tX");
    }

    private static List<String> children(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> lines(String... words) {
        return new Command(Map.of(), List.of(words)).run().out().lines().filter(line -> !line.isBlank());
    }

    /// Empty when it is gone meanwhile: processes end as they like.
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
