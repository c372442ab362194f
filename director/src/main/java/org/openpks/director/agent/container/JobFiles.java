package org.openpks.director.agent.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.openpks.director.agent.Agent.RenderedJob;
import org.openpks.director.cpi.container.NodeDirectory;
import org.openpks.director.cpi.container.NodeFiles;
import org.openpks.director.cpi.host.Linux;

/// The jobs of a node: each in a directory named after its content, behind a link that is switched in one step. A
/// job that did not change is not written again, and a script that runs is never overwritten.
final class JobFiles {

    private static final String IN_NODE = "/var/vcap/data/jobs/";
    private static final int USUAL_VCAP = 1000;

    private final NodeDirectory node;

    JobFiles(NodeDirectory node) {
        this.node = node;
    }

    /// Puts exactly these jobs in place.
    void set(Map<String, RenderedJob> jobs) throws IOException {
        int group = vcapGroup();
        for (var job : jobs.entrySet()) {
            put(checked(job.getKey()), job.getValue(), group);
        }
        for (var name : names()) {
            if (!jobs.containsKey(name)) {
                Files.delete(NodeFiles.entry(node.vcap(), node.jobs().resolve(name)));
                Linux.deleteRecursively(NodeFiles.entry(node.vcap(), store().resolve(name)));
            }
        }
    }

    /// The jobs that are in place, by name.
    List<String> names() {
        if (!Files.isDirectory(node.jobs())) {
            return List.of();
        }
        try (var entries = Files.list(node.jobs())) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the jobs of " + node.cid(), e);
        }
    }

    /// The job's directory as the machine sees it; the link itself leads nowhere outside of the node.
    Optional<Path> directory(String job) {
        try {
            var target = Files.readSymbolicLink(node.jobs().resolve(job)).toString();
            return target.startsWith(IN_NODE)
                    ? Optional.of(store().resolve(target.substring(IN_NODE.length()))
                                    .normalize())
                            .filter(path -> path.startsWith(store()))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the job " + job, e);
        }
    }

    /// The jobs that have this script.
    List<String> withScript(String name) {
        return names().stream()
                .filter(job -> directory(job)
                        .filter(path -> Files.isRegularFile(path.resolve("bin").resolve(name)))
                        .isPresent())
                .toList();
    }

    /// Monit files by job; jobs whose file is empty have none.
    Map<String, String> monitFiles() {
        var files = new TreeMap<String, String>();
        for (var job : names()) {
            directory(job)
                    .map(path -> path.resolve("monit"))
                    .filter(Files::exists)
                    .ifPresent(file -> {
                        try {
                            var text = NodeFiles.read(node.vcap(), file);
                            if (!text.isBlank()) {
                                files.put(job, text);
                            }
                        } catch (IOException e) {
                            throw new UncheckedIOException("cannot read " + file, e);
                        }
                    });
        }
        return files;
    }

    private Path store() {
        return node.vcap().resolve("data/jobs");
    }

    private void put(String name, RenderedJob job, int group) throws IOException {
        for (var parent : List.of(node.logs(), node.run(), node.vcap().resolve("data"))) {
            var directory = Files.createDirectories(NodeFiles.target(node.vcap(), parent.resolve(name)));
            own(directory, group, "rwxrwx---");
        }
        var digest = digest(job.files());
        var versions = Files.createDirectories(NodeFiles.target(node.vcap(), store().resolve(name)));
        own(versions, group, "rwxr-x---");
        var target = versions.resolve(digest);
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            Linux.deleteRecursively(target);
            var temporary = versions.resolve("." + digest);
            Linux.deleteRecursively(temporary);
            write(temporary, job.files(), group);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        }
        var link = NodeFiles.entry(node.vcap(), node.jobs().resolve("." + name));
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(IN_NODE + name + "/" + digest));
        Files.move(link, link.resolveSibling(name), StandardCopyOption.ATOMIC_MOVE);
        try (var old = Files.list(versions)) {
            old.filter(version -> !version.equals(target)).forEach(Linux::deleteRecursively);
        }
    }

    private static void write(Path top, Map<String, String> files, int group) throws IOException {
        Files.createDirectory(top, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        own(top, group, "rwxr-x---");
        for (var entry : files.entrySet()) {
            var file = top.resolve(entry.getKey()).normalize();
            if (!file.startsWith(top) || file.equals(top)) {
                throw new IllegalArgumentException("a job's file cannot be named " + entry.getKey());
            }
            for (var parent = file.getParent(); !Files.exists(parent); parent = parent.getParent()) {
                Files.createDirectories(parent);
            }
            for (var parent = file.getParent(); !parent.equals(top); parent = parent.getParent()) {
                own(parent, group, "rwxr-x---");
            }
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, entry.getValue());
            own(file, group, entry.getKey().startsWith("bin/") ? "rwxr-x---" : "rw-r-----");
        }
    }

    private static void own(Path path, int group, String permissions) throws IOException {
        Files.setAttribute(path, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /// The number of the group `vcap` in the node's image.
    private int vcapGroup() throws IOException {
        var file = node.rootfs().resolve("etc/group");
        if (!Files.exists(file)) {
            return USUAL_VCAP;
        }
        return NodeFiles.read(node.rootfs(), file)
                .lines()
                .filter(line -> line.startsWith("vcap:"))
                .map(line -> Integer.parseInt(line.split(":")[2]))
                .findFirst()
                .orElse(USUAL_VCAP);
    }

    private static String digest(Map<String, String> files) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            new TreeMap<>(files).forEach((name, text) -> {
                for (var part : List.of(name, text)) {
                    var bytes = part.getBytes(StandardCharsets.UTF_8);
                    digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
                    digest.update(bytes);
                }
            });
            return HexFormat.of().formatHex(digest.digest()).substring(0, 24);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }

    private static String checked(String name) {
        if (!name.matches("[-0-9A-Za-z_+.]+") || name.startsWith(".")) {
            throw new IllegalArgumentException("a job cannot be named " + name);
        }
        return name;
    }
}
