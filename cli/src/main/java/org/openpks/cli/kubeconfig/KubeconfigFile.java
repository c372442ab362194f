package org.openpks.cli.kubeconfig;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.file.PrivateFile;
import org.openpks.cli.json.Json;
import org.openpks.cli.terminal.Text;
import org.openpks.cli.yaml.Yaml;

/// The user's kubeconfig: the first file of `KUBECONFIG`, else `~/.kube/config`.
public final class KubeconfigFile {
    private static final Duration LOCK_PATIENCE = Duration.ofSeconds(5);

    private final Path path;

    public KubeconfigFile(Map<String, String> variables, Path home) {
        this.path = Arrays.stream(variables.getOrDefault("KUBECONFIG", "").split(File.pathSeparator, -1))
                .filter(name -> !name.isBlank())
                .findFirst()
                .map(Path::of)
                .orElseGet(() -> home.resolve(".kube").resolve("config"));
    }

    public Path path() {
        return path;
    }

    /// Fails when the file could not be written, or is no kubeconfig; changes nothing.
    public void check() {
        try {
            Kubeconfig.parse(new PrivateFile(path).read().orElse(""));
        } catch (Yaml.Malformed e) {
            throw new Failure(
                    "The file %s is not a kubeconfig (%s).".formatted(path, Text.line(String.valueOf(e.getMessage()))));
        }
        var folder = Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path);
        while (!Files.exists(folder) && folder.getParent() != null) {
            folder = folder.getParent();
        }
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new Failure("The folder %s cannot be written to.".formatted(folder));
        }
    }

    /// Merges credentials into the file and switches to their context. The lock is kubectl's own, so two commands
    /// at once do not lose each other's entries.
    public void merge(Json credentials) {
        Kubeconfig.check(credentials);
        var file = new PrivateFile(path);
        var lock = lock();
        try {
            var config = Kubeconfig.parse(file.read().orElse(""));
            config.merge(credentials);
            file.write(config.print());
        } catch (Yaml.Malformed e) {
            throw new Failure("The file %s is not a kubeconfig (%s); it was left as it is."
                    .formatted(path, Text.line(String.valueOf(e.getMessage()))));
        } finally {
            new PrivateFile(lock).delete();
        }
    }

    private Path lock() {
        var lock = path.toAbsolutePath().resolveSibling(path.getFileName() + ".lock");
        long end = System.nanoTime() + LOCK_PATIENCE.toNanos();
        while (true) {
            try {
                Optional.ofNullable(lock.getParent())
                        .filter(folder -> !Files.isDirectory(folder))
                        .ifPresent(KubeconfigFile::makeFolder);
                return Files.createFile(lock);
            } catch (FileAlreadyExistsException e) {
                if (System.nanoTime() > end) {
                    throw new Failure(
                            "The file %s is locked by another command. When none is running, remove %s."
                                    .formatted(path, lock),
                            e);
                }
                pause();
            } catch (IOException e) {
                throw new Failure("The file %s cannot be written: %s.".formatted(path, PrivateFile.reason(e)), e);
            }
        }
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new Failure("The folder %s cannot be made: %s.".formatted(folder, PrivateFile.reason(e)), e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted.", e);
        }
    }
}
