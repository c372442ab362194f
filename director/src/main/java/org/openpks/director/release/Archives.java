package org.openpks.director.release;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// Tar archives, by the machine's `tar`: it keeps modes and links, refuses paths that leave the directory, and is
/// fast.
public final class Archives {

    /// More than the manifest of any release has.
    private static final int PEEKED = 4 * 1024 * 1024;

    private Archives() {}

    /// Unpacks a gzip tar into a new directory with mode 0755.
    /// @throws IOException when it is no such archive; the message is tar's
    public static void unpack(Path archive, Path directory) throws IOException {
        createDirectory(directory);
        run(List.of(
                "tar",
                "--extract",
                "--gzip",
                "--file",
                archive.toString(),
                "--directory",
                directory.toString(),
                "--no-same-owner"));
    }

    /// The text of one file of a gzip tar, read no further than it stands. Empty when it is not there or this is no
    /// such archive.
    static String peek(Path archive, String name) throws IOException {
        for (var form : List.of(name, "./" + name)) {
            var process = new ProcessBuilder(
                            "tar",
                            "--extract",
                            "--gzip",
                            "--file",
                            archive.toString(),
                            "--to-stdout",
                            "--occurrence=1",
                            form)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                process.getOutputStream().close();
                var text = new String(process.getInputStream().readNBytes(PEEKED), StandardCharsets.UTF_8);
                if (!text.isEmpty()) {
                    return text;
                }
            } finally {
                process.destroyForcibly();
            }
        }
        return "";
    }

    /// Packs files of a directory into a gzip tar.
    public static void pack(Path directory, List<String> names, Path archive) throws IOException {
        var command = new ArrayList<>(List.of(
                "tar", "--create", "--gzip", "--file", archive.toString(), "--directory", directory.toString(), "--"));
        command.addAll(names);
        run(command);
    }

    /// Creates the directory with mode 0755 whatever the umask says, since programs of nodes read it.
    static void createDirectory(Path directory) throws IOException {
        Files.createDirectories(directory.toAbsolutePath().getParent());
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// Deletes a directory with all it holds; links are removed, not followed. A directory that is gone is no
    /// error.
    public static void delete(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path visited, java.io.@org.jspecify.annotations.Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void run(List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try {
            var output = new String(process.getInputStream().readNBytes(4000), StandardCharsets.UTF_8);
            process.getInputStream().transferTo(OutputStream.nullOutputStream());
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException("tar ended with " + status + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while tar ran", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
