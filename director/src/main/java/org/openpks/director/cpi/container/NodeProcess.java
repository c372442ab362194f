package org.openpks.director.cpi.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The first process of a node. The number alone proves nothing, since numbers are used again; with the time of its start it does.
final class NodeProcess {

    private NodeProcess() {}

    /// Notes the start time beside the number that `runc` wrote.
    static void confirm(NodeDirectory node) throws IOException {
        var pid = Files.readString(node.pidFile()).strip();
        Files.writeString(node.pidFile(), pid + " " + startTime(pid).orElse("gone"));
    }

    static Optional<Long> read(NodeDirectory node) {
        try {
            var noted = Files.readString(node.pidFile()).strip().split(" ");
            var started = startTime(noted[0]);
            boolean same = started.isPresent() && (noted.length < 2 || started.get().equals(noted[1]));
            return same ? Optional.of(Long.valueOf(noted[0])) : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// The 22nd field of `stat`, for a process that is no zombie.
    private static Optional<String> startTime(String pid) {
        try {
            var stat = Files.readString(Path.of("/proc", pid, "stat"));
            var field = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return field[0].equals("Z") || field[0].equals("X") ? Optional.empty() : Optional.of(field[19]);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
