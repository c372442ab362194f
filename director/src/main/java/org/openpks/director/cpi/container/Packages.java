package org.openpks.director.cpi.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openpks.director.cpi.host.Linux;

/// The packages of a node: read-only mounts that appear in it while it runs, and no copies.
public final class Packages {

    private Packages() {}

    /// Mounts exactly these directories by package name; others disappear. What is there already stays untouched.
    public static void set(NodeDirectory node, Map<String, Path> packages) {
        try {
            NodeFiles.target(node.vcap(), node.packages());
            var mounts = Linux.mountsBelow(node.packages());
            for (var name : names(node)) {
                var point = node.packages().resolve(name);
                boolean wanted = packages.containsKey(name) && isSame(packages.get(name), point);
                if (!wanted) {
                    if (mounts.contains(point)) {
                        Linux.detach(point);
                    }
                    Linux.deleteRecursively(point);
                }
            }
            Json.write(node.packagesFile(), new TreeMap<>(packages));
            for (var entry : packages.entrySet()) {
                var point = node.packages().resolve(checked(entry.getKey()));
                Files.createDirectories(NodeFiles.target(node.vcap(), point));
                if (!isSame(entry.getValue(), point)) {
                    Linux.bind(entry.getValue(), point, true);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot put packages into " + node.cid(), e);
        }
    }

    /// After a restart of the whole machine no mount is left.
    static void mountAgain(NodeDirectory node) {
        if (Files.exists(node.packagesFile())) {
            var packages = new TreeMap<String, Path>();
            Json.readMap(node.packagesFile()).forEach((name, path) -> packages.put(name, Path.of(path)));
            set(node, packages);
        }
    }

    /// A bind mount is the same directory as its source, down to device and inode.
    private static boolean isSame(Path source, Path point) throws IOException {
        return Files.isDirectory(source) && Files.isSameFile(source, point);
    }

    private static List<String> names(NodeDirectory node) throws IOException {
        if (!Files.isDirectory(node.packages())) {
            return List.of();
        }
        try (var entries = Files.list(node.packages())) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    private static String checked(String name) {
        if (!name.matches("[-0-9A-Za-z_+.]+") || name.startsWith(".")) {
            throw new IllegalArgumentException("a package cannot be named " + name);
        }
        return name;
    }
}
