package org.openpks.director.release;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.openpks.director.settings.DirectorSettings;
import org.springframework.stereotype.Component;

/// Unpacked packages and jobs: `packages/NAME/FINGERPRINT` and `jobs/NAME/FINGERPRINT` in the director's home. A
/// directory is complete or absent, and never changes: nodes mount it.
@Component
class Unpacked {

    private final Path home;

    Unpacked(DirectorSettings settings) {
        this.home = settings.home().toAbsolutePath();
    }

    /// Unpacks the archive unless it is there already, and returns the directory.
    ///
    /// Compiled packages of one fingerprint may differ, for they were made for different stemcells. The second one
    /// gets a directory that carries its digest.
    Path unpack(String kind, String name, String fingerprint, Path archive) throws IOException {
        var digest = Checksums.sha256(archive);
        var parent = home.resolve(kind).resolve(name);
        var directory = parent.resolve(fingerprint);
        if (Files.exists(directory) && !digest.equals(digestOf(directory))) {
            directory =
                    parent.resolve(fingerprint + "-" + digest.substring("sha256:".length(), "sha256:".length() + 12));
        }
        if (Files.exists(directory)) {
            return directory;
        }
        var temporary = parent.resolve(".new-" + UUID.randomUUID());
        try {
            Archives.unpack(archive, temporary);
            Files.writeString(digestFile(directory), digest);
            move(temporary, directory);
        } finally {
            Archives.delete(temporary);
        }
        return directory;
    }

    void delete(Path directory) throws IOException {
        if (directory.startsWith(home)) {
            Archives.delete(directory);
            Files.deleteIfExists(digestFile(directory));
        }
    }

    private static Path digestFile(Path directory) {
        return directory.resolveSibling("." + directory.getFileName() + ".digest");
    }

    private static String digestOf(Path directory) throws IOException {
        var file = digestFile(directory);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            // Another upload of the same archive was faster; its directory is as good.
            return;
        }
    }
}
