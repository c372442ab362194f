package org.openpks.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;

/// Looks for secrets in logs: for values that it was told, and for what only a secret looks like. What it finds it
/// tells by its name, never by its value.
final class SecretScan {

    /// In characters; what is shorter stands in logs by chance.
    static final int SHORTEST = 8;

    private static final Map<String, Pattern> SHAPES = Map.of(
            "a JSON web token", Pattern.compile("eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*"),
            "a refresh token", Pattern.compile("\\b[0-9a-f]{32}-r\\b"),
            "a private key", Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----"),
            "a password's hash", Pattern.compile("\\$2[aby]\\$\\d\\d\\$[./\\w]{53}"),
            "an Authorization header", Pattern.compile("(?i)\\b(?:basic|bearer) [\\w+/.~-]{20,}"));

    /// Parts of CredHub's values that everybody may see.
    private static final Set<String> PUBLIC = Set.of("certificate", "ca", "public_key", "username", "transitional");

    /// Directories of an installation without logs: what is the same on every node, and file systems seen twice.
    private static final Set<String> WITHOUT_LOGS =
            Set.of("stemcells", "packages", "rootfs", "work", "disks", "uploads");

    private final Map<String, String> known = new LinkedHashMap<>();

    /// @param what how a finding is told
    void know(String what, String secret) {
        for (var line : secret.split("\\R|\\\\n")) {
            if (line.length() >= SHORTEST && !line.startsWith("-----")) {
                known.putIfAbsent(line, what);
                known.putIfAbsent(URLEncoder.encode(line, StandardCharsets.UTF_8), what);
            }
        }
    }

    /// Every text in it that is secret.
    void know(String what, JsonNode value) {
        if (value.isString()) {
            know(what, value.asString());
        }
        value.properties().stream()
                .filter(part -> !PUBLIC.contains(part.getKey()))
                .forEach(part -> know(what + " " + part.getKey(), part.getValue()));
        if (value.isArray()) {
            value.forEach(part -> know(what, part));
        }
    }

    /// One line for each secret in a file, with the number of the first line that holds it.
    List<String> findings(List<Path> files) {
        var findings = new ArrayList<String>();
        for (var file : files) {
            scan(file).forEach((what, line) -> findings.add("%s:%d holds %s".formatted(file, line, what)));
        }
        return findings;
    }

    private Map<String, Integer> scan(Path file) {
        var found = new LinkedHashMap<String, Integer>();
        try (var stream = Files.newInputStream(file);
                // Every byte is a character in it, so what is not text is no obstacle.
                var lines = new BufferedReader(new InputStreamReader(
                        file.toString().endsWith(".gz") ? new GZIPInputStream(stream) : stream,
                        StandardCharsets.ISO_8859_1))) {
            int number = 0;
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                for (var secret : known.entrySet()) {
                    if (line.contains(secret.getKey())) {
                        found.putIfAbsent(secret.getValue(), number);
                    }
                }
                for (var shape : SHAPES.entrySet()) {
                    if (shape.getValue().matcher(line).find()) {
                        found.putIfAbsent(shape.getKey(), number);
                    }
                }
            }
        } catch (NoSuchFileException e) {
            // Rotated away since it was listed.
        } catch (IOException e) {
            throw new UncheckedIOException("cannot scan " + file, e);
        }
        return found;
    }

    /// The logs of everything that runs in an installation: the control plane's, the Director's tasks', the nodes'.
    static List<Path> logs(Path home) {
        var logs = new ArrayList<Path>();
        try {
            Files.walkFileTree(home, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    return WITHOUT_LOGS.contains(directory.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && isLog(home.relativize(file))) {
                        logs.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException cause) {
                    // Nodes live on while they are looked at.
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return logs;
    }

    private static boolean isLog(Path file) {
        var name = file.getFileName().toString();
        if (name.contains(".log") || name.endsWith(".out") || name.endsWith(".err")) {
            return true;
        }
        for (var part : file) {
            if (Set.of("log", "logs", "tasks").contains(part.toString())) {
                return true;
            }
        }
        return false;
    }
}
