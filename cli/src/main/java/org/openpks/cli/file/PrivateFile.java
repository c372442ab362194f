package org.openpks.cli.file;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.terminal.Text;

/// A small text file with secrets in it: mode 0600, replaced as a whole so that a reader never sees half of it.
public record PrivateFile(Path path) {
    static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /// The text, or nothing when there is no such file.
    public Optional<String> read() {
        try {
            mustBeRegular(path);
            return Optional.of(Files.readString(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (MalformedInputException e) {
            throw new Failure("The file %s is not text in UTF-8.".formatted(path), e);
        } catch (IOException e) {
            throw new Failure("The file %s cannot be read: %s.".formatted(path, reason(e)), e);
        }
    }

    /// In bytes; 0 when there is no such file.
    public long size() {
        try {
            return Files.size(path);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new Failure("The file %s cannot be read: %s.".formatted(path, reason(e)), e);
        }
    }

    /// Writes the text. Missing folders are made, for the owner alone; a symbolic link stays one.
    public void write(String text) {
        try {
            var target = Files.isSymbolicLink(path) ? path.toRealPath() : path.toAbsolutePath();
            mustBeRegular(target);
            var folder = target.getParent();
            makeFolder(folder);
            var draft = Files.createTempFile(
                    folder, "." + target.getFileName(), ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            try {
                Files.writeString(draft, text);
                move(draft, target);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw new Failure("The file %s cannot be written: %s.".formatted(path, reason(e)), e);
        }
    }

    /// Makes the folder, and those above it, where they are missing.
    static void makeFolder(@Nullable Path folder) throws IOException {
        if (folder != null && !Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /// Removes the file; nothing happens when it is not there.
    public void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new Failure("The file %s cannot be removed: %s.".formatted(path, reason(e)), e);
        }
    }

    /// Devices never end when they are read, and `/dev/null` would be gone after it was replaced.
    private static void mustBeRegular(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new FileSystemException(file.toString(), null, "it is not a regular file");
        }
    }

    private static void move(Path draft, Path target) throws IOException {
        try {
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /// Why a file operation failed, in words.
    public static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied";
            case NoSuchFileException missing -> "no such file";
            case FileAlreadyExistsException exists -> "a file is in the way: " + exists.getFile();
            case FileSystemException other when other.getReason() != null -> Text.line(other.getReason());
            default -> Text.line(String.valueOf(e.getMessage()));
        };
    }
}
