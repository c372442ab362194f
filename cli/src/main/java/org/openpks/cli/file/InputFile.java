package org.openpks.cli.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.openpks.cli.failure.Failure;

/// A file that the user names on the command line.
public final class InputFile {
    private static final int MOST_BYTES = 1024 * 1024;

    private InputFile() {}

    /// The text of the file, at most 1 MiB.
    public static String read(String name) {
        try {
            var path = Path.of(name);
            if (Files.isDirectory(path)) {
                throw new Failure("%s is a folder, not a file.".formatted(name));
            }
            return text(path).orElseThrow(() -> new Failure("The file %s is larger than 1 MiB.".formatted(name)));
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new Failure("There is no file %s.".formatted(name), e);
        } catch (CharacterCodingException e) {
            throw new Failure("The file %s is not text in UTF-8.".formatted(name), e);
        } catch (IOException e) {
            throw new Failure("The file %s cannot be read: %s.".formatted(name, PrivateFile.reason(e)), e);
        }
    }

    /// The text, or nothing when there is too much of it. Only reading tells: devices and pipes have no size.
    static Optional<String> text(Path path) throws IOException {
        try (var in = Files.newInputStream(path)) {
            var bytes = in.readNBytes(MOST_BYTES + 1);
            return bytes.length > MOST_BYTES
                    ? Optional.empty()
                    : Optional.of(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        }
    }
}
