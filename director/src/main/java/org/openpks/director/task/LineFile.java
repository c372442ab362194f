package org.openpks.director.task;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file that grows by whole lines. A plain stream and not a channel: a channel would be closed by the interrupt
/// of one of the threads that write here.
final class LineFile implements AutoCloseable {

    private final Path path;
    private @Nullable FileOutputStream stream;

    LineFile(Path path) {
        this.path = path;
    }

    synchronized void add(String line) {
        try {
            if (stream == null) {
                stream = new FileOutputStream(path.toFile(), true);
            }
            stream.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path, e);
        }
    }

    @Override
    public synchronized void close() {
        if (stream != null) {
            try {
                stream.close();
                stream = null;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close " + path, e);
            }
        }
    }
}
