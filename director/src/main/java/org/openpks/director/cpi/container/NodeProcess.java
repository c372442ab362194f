package org.openpks.director.cpi.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The first process of a node. The number that `runc` noted proves nothing, since numbers are used again; it
/// counts only while the process with that number is in the node's control group.
final class NodeProcess {

    private NodeProcess() {}

    static Optional<Long> read(NodeDirectory node) {
        return read(node.pidFile(), node.cid());
    }

    /// @param group the last part of the control group's name
    static Optional<Long> read(Path pidFile, String group) {
        try {
            long pid = Long.parseLong(Files.readString(pidFile).strip());
            var process = Path.of("/proc", String.valueOf(pid));
            boolean ours = Files.readString(process.resolve("cgroup")).contains("/" + group);
            return ours && isAlive(Files.readString(process.resolve("stat"))) ? Optional.of(pid) : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// A zombie waits for its parent and does nothing any more.
    static boolean isAlive(String stat) {
        char state = stat.charAt(stat.lastIndexOf(')') + 2);
        return state != 'Z' && state != 'X';
    }
}
