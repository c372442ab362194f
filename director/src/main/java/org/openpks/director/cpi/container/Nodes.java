package org.openpks.director.cpi.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds nodes, also half-made ones, by what is on the machine.
final class Nodes {

    private Nodes() {}

    /// Every node's directory, whole or half made.
    static List<NodeDirectory> all(ContainerCpiSettings settings) {
        if (!Files.isDirectory(settings.nodes())) {
            return List.of();
        }
        try (var entries = Files.list(settings.nodes())) {
            return entries.filter(Files::isDirectory)
                    .sorted()
                    .map(NodeDirectory::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the machines", e);
        }
    }

    /// The `runc` processes that are just making this node.
    static List<Long> runcProcesses(ContainerCpiSettings settings, String vmCid) {
        var found = new ArrayList<Long>();
        for (var process : processes()) {
            var words = commandLine(process);
            if (!words.isEmpty()
                    && words.getFirst().endsWith("runc")
                    && words.contains(settings.runcState().toString())
                    && words.getLast().equals(vmCid)) {
                found.add(Long.valueOf(process.getFileName().toString()));
            }
        }
        return found;
    }

    static List<Path> processes() {
        try (var entries = Files.list(Path.of("/proc"))) {
            return entries.filter(entry ->
                            Character.isDigit(entry.getFileName().toString().charAt(0)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the processes", e);
        }
    }

    static List<String> commandLine(Path process) {
        try {
            return List.of(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0"));
        } catch (IOException e) {
            // it ended while we looked
            return List.of();
        }
    }
}
