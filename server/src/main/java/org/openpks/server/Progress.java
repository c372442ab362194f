package org.openpks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.openpks.kernel.SecretFiles;

/// The lines of a start, for whoever waits for it: `up` in another process reads them as they come.
final class Progress {

    static final String READY = "The control plane is up.";
    static final String FAILED = "Error: ";

    private final Path file;
    private final long begin = System.nanoTime();

    Progress(Path file) {
        this.file = file;
        SecretFiles.write(file, "");
    }

    synchronized void line(String text) {
        try {
            var seconds = (System.nanoTime() - begin) / 1e9;
            Files.writeString(
                    file,
                    text.startsWith(FAILED) ? text + "\n" : String.format(Locale.ROOT, "%6.1f s  %s%n", seconds, text),
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
