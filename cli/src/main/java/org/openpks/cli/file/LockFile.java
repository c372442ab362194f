package org.openpks.cli.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Supplier;
import org.openpks.cli.failure.Failure;

/// An empty file that one process at a time holds. It lies beside what it protects, and stays there: only the
/// hold ends.
public record LockFile(Path path) {
    /// Does something while no other process does it. Threads of one process must not do it at once.
    public <T> T alone(Supplier<T> work) {
        try {
            PrivateFile.makeFolder(path.toAbsolutePath().getParent());
            try (var channel = FileChannel.open(
                            path,
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(PrivateFile.OWNER_ONLY));
                    var held = channel.lock()) {
                return work.get();
            }
        } catch (IOException e) {
            throw new Failure("The file %s cannot be written: %s.".formatted(path, PrivateFile.reason(e)), e);
        }
    }

    /// Removes the file; nothing happens when it is not there.
    public void delete() {
        new PrivateFile(path).delete();
    }
}
