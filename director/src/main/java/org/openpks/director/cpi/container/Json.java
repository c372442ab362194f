package org.openpks.director.cpi.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.openpks.kernel.SecretFiles;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// The files that the CPI keeps about its nodes: complete or absent, readable by root alone.
public final class Json {

    public static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    public static void write(Path file, Object value) {
        SecretFiles.write(file, MAPPER.writeValueAsString(value));
    }

    public static <T> T read(Path file, Class<T> type) {
        try {
            return MAPPER.readValue(Files.readString(file), type);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /// Empty when the file is not there, also when it goes away just now: a node is read by others while it is
    /// deleted.
    public static <T> Optional<T> readIfPresent(Path file, Class<T> type) {
        return textIfPresent(file).map(text -> MAPPER.readValue(text, type));
    }

    /// The text of a file that may go away at any moment.
    static Optional<String> textIfPresent(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /// A file of names and values; numbers are given as text.
    public static Map<String, String> readMap(Path file) {
        try {
            return MAPPER.readValue(Files.readString(file), new TypeReference<TreeMap<String, String>>() {});
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
