package org.openpks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;
import org.openpks.kernel.SecretFiles;

/// The control plane's process as others see it: by its pid file, checked against what runs under that pid.
final class ControlPlaneProcess {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    /// Never closed, and kept from the collector, which would close it: the lock goes with the process, however
    /// that ends.
    private static @Nullable FileChannel claimed;

    private final Home home;

    ControlPlaneProcess(Home home) {
        this.home = home;
    }

    /// The pid file is the short way to it; when that is missing or wrong, every process is looked at.
    Optional<ProcessHandle> find() {
        return noted().or(() ->
                ProcessHandle.allProcesses().filter(this::isControlPlane).findFirst());
    }

    private Optional<ProcessHandle> noted() {
        try {
            var pid = Files.exists(home.pid()) ? Files.readString(home.pid()).strip() : "";
            return pid.matches("\\d+")
                    ? ProcessHandle.of(Long.parseLong(pid)).filter(this::isControlPlane)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// `pks-server run` of this home; other commands carry the same options.
    private boolean isControlPlane(ProcessHandle process) {
        try {
            var commandLine = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"));
            return process.pid() != ProcessHandle.current().pid()
                    && commandLine.contains("-Dopenpks.home=" + home.root() + "\0")
                    && commandLine.endsWith("\0run\0");
        } catch (IOException e) {
            return false;
        }
    }

    /// Becomes the one control plane of this home, as long as this process lives.
    /// @throws Fault when another one is
    void claim() {
        try {
            SecretFiles.createDirectories(home.lock().getParent());
            claimed = FileChannel.open(home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (claimed.tryLock() == null) {
                throw new Fault(ServerFault.START_FAILED, "The control plane runs already.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + home.lock(), e);
        }
        writePid();
    }

    private void writePid() {
        SecretFiles.write(home.pid(), ProcessHandle.current().pid() + "\n");
    }

    /// Removes the pid file unless it is another process's.
    void removePid() {
        try {
            if (Files.exists(home.pid())
                    && (find().isEmpty()
                            || Files.readString(home.pid())
                                    .strip()
                                    .equals(String.valueOf(
                                            ProcessHandle.current().pid())))) {
                Files.deleteIfExists(home.pid());
            }
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
