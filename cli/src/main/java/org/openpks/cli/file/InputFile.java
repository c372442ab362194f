package org.openpks.cli.file;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.openpks.cli.failure.Failure;

/// A file that the user names on the command line.
public final class InputFile {
    private static final long MOST_BYTES = 1024 * 1024;

    private InputFile() {}

    /// The text of the file, at most 1 MiB.
    public static String read(String name) {
        try {
            var path = Path.of(name);
            if (Files.isDirectory(path)) {
                throw new Failure("%s is a folder, not a file.".formatted(name));
            }
            if (Files.size(path) > MOST_BYTES) {
                throw new Failure("The file %s is larger than 1 MiB.".formatted(name));
            }
            return Files.readString(path);
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new Failure("There is no file %s.".formatted(name), e);
        } catch (MalformedInputException e) {
            throw new Failure("The file %s is not text in UTF-8.".formatted(name), e);
        } catch (IOException e) {
            throw new Failure("The file %s cannot be read: %s.".formatted(name, PrivateFile.reason(e)), e);
        }
    }
}
