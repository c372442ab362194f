package org.openpks.director.cpi.container;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/// Files below a directory that a node's own programs may change at will.
///
/// The director is root on the machine, and a link that a node plants would lead it wherever the node likes. So
/// every path is resolved first and refused when it leaves the directory. Absolute links mean other files to
/// the node than to the machine and count as leaving it.
public final class NodeFiles {

    private NodeFiles() {}

    /// The real path behind a path that is to be written, which need not exist yet.
    /// @param top the directory that may not be left
    /// @throws AccessDeniedException when a link leads out of it or nowhere
    public static Path target(Path top, Path path) throws IOException {
        var existing = path.normalize();
        while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
            existing = existing.getParent();
        }
        if (Files.isSymbolicLink(existing) && !Files.exists(existing)) {
            throw refused(path);
        }
        return real(top, existing).resolve(existing.relativize(path.normalize()));
    }

    /// The path of an entry that is to be deleted or replaced: its directory is resolved, it itself is not.
    /// @throws AccessDeniedException when a link leads out of the directory or nowhere
    public static Path entry(Path top, Path path) throws IOException {
        return target(top, path.getParent()).resolve(path.getFileName());
    }

    /// Opens a regular file for reading; anything else might block its reader for ever.
    /// @throws AccessDeniedException when it lies elsewhere or is no regular file
    public static SeekableByteChannel open(Path top, Path file) throws IOException {
        var real = real(top, file);
        if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
            throw refused(file);
        }
        return Files.newByteChannel(real, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    /// The whole text of a regular file.
    /// @throws AccessDeniedException when it lies elsewhere or is no regular file
    public static String read(Path top, Path file) throws IOException {
        try (var channel = open(top, file);
                var stream = Channels.newInputStream(channel)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Path real(Path top, Path path) throws IOException {
        var real = path.toRealPath();
        if (!real.startsWith(top.toRealPath())) {
            throw refused(path);
        }
        return real;
    }

    private static AccessDeniedException refused(Path path) {
        return new AccessDeniedException(path.toString(), null, "does not lie in the node's own directory");
    }
}
