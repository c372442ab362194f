package org.openpks.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openpks.component.RunningComponent;

/// A broker in a process of its own, which can be killed.
final class BrokerProcess implements Launcher {

    private final Path directory;
    private int number;
    private volatile Process process;

    BrokerProcess(Path directory) {
        this.directory = directory;
    }

    /// The process's own main: settings as `name=value`; writes its port into the file that is named first.
    public static void main(String[] arguments) throws IOException {
        var settings = new HashMap<String, Object>();
        for (var argument : List.of(arguments).subList(1, arguments.length)) {
            var parts = argument.split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        var component = RunningComponent.start("broker", TestBrokerApplication.class, settings);
        var file = Path.of(arguments[0]);
        var half = Files.writeString(file.resolveSibling(file.getFileName() + ".half"), "" + component.port());
        Files.move(half, file);
    }

    @Override
    public synchronized Running start(Map<String, Object> settings) {
        var file = directory.resolve("port-" + ++number);
        var command = new ArrayList<String>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                BrokerProcess.class.getName(),
                file.toString()));
        settings.forEach((name, value) -> command.add(name + "=" + value));
        try {
            var log = directory.resolve("broker.log").toFile();
            var started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                    .start();
            process = started;
            int port = port(started, file);
            return new Running() {
                @Override
                public int port() {
                    return port;
                }

                @Override
                public void end() {
                    kill(started);
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int port(Process started, Path file) throws IOException {
        var deadline = Instant.now().plusSeconds(120);
        while (Instant.now().isBefore(deadline) && started.isAlive()) {
            if (Files.exists(file)) {
                return Integer.parseInt(Files.readString(file));
            }
            LockSupport.parkNanos(20_000_000);
        }
        kill(started);
        throw new AssertionError("the broker's process does not start");
    }

    /// SIGKILL, from whichever thread.
    void kill() {
        kill(process);
    }

    boolean alive() {
        return process.isAlive();
    }

    private static void kill(Process victim) {
        victim.destroyForcibly();
        try {
            victim.waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
