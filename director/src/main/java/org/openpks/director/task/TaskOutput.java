package org.openpks.director.task;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.openpks.director.settings.DirectorSettings;
import org.openpks.kernel.Directories;
import org.springframework.stereotype.Component;

/// The logs of tasks, one file each under `tasks/ID/` in the director's home.
@Component
public class TaskOutput {

    /// The logs of one task.
    public enum Kind {
        EVENT,
        RESULT,
        DEBUG;

        String fileName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Path directory;

    TaskOutput(DirectorSettings settings) {
        this.directory = settings.home().resolve("tasks");
    }

    /// Where the log lies; there is no file before its first line.
    public Path file(long taskId, Kind kind) {
        return directory.resolve(Long.toString(taskId)).resolve(kind.fileName());
    }

    /// Opens the logs for a run. A line that a crash cut off is taken away, because readers parse whole lines.
    TaskLogs open(long taskId) {
        try {
            Files.createDirectories(directory.resolve(Long.toString(taskId)));
            for (var kind : Kind.values()) {
                dropUnfinishedLine(file(taskId, kind));
            }
            return new TaskLogs(
                    new LineFile(file(taskId, Kind.EVENT)),
                    new LineFile(file(taskId, Kind.RESULT)),
                    new LineFile(file(taskId, Kind.DEBUG)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the logs of task " + taskId, e);
        }
    }

    /// Removes all logs of a task.
    void remove(long taskId) {
        try {
            Directories.delete(directory.resolve(Long.toString(taskId)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the logs of task " + taskId, e);
        }
    }

    private static void dropUnfinishedLine(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var buffer = ByteBuffer.allocate(1);
            long size = channel.size();
            while (size > 0) {
                channel.read(buffer.clear(), size - 1);
                if (buffer.get(0) == '\n') {
                    break;
                }
                size--;
            }
            channel.truncate(size);
        }
    }
}
