package org.openpks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openpks.kernel.SecretFiles;

/// The control plane's process as others see it: by its pid file, checked against what runs under that pid.
final class ControlPlaneProcess {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final Home home;

    ControlPlaneProcess(Home home) {
        this.home = home;
    }

    Optional<ProcessHandle> find() {
        try {
            if (!Files.exists(home.pid())) {
                return Optional.empty();
            }
            var pid = Files.readString(home.pid()).strip();
            var commandLine = Path.of("/proc", pid, "cmdline");
            boolean ours = pid.matches("\\d+")
                    && Files.exists(commandLine)
                    && Files.readString(commandLine).contains("-Dopenpks.home=" + home.root() + "\0");
            return ours ? ProcessHandle.of(Long.parseLong(pid)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void writePid() {
        SecretFiles.write(home.pid(), ProcessHandle.current().pid() + "\n");
    }

    void removePid() {
        try {
            Files.deleteIfExists(home.pid());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + home.pid(), e);
        }
    }

    /// Ends the process and waits until it is gone; says whether there was one.
    boolean stop() {
        var process = find();
        process.ifPresent(handle -> {
            handle.destroy();
            try {
                handle.onExit().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                handle.destroyForcibly();
            }
        });
        removePid();
        return process.isPresent();
    }
}
