package org.openpks.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.openpks.component.RunningComponent;

/// The API in a process of its own, which dies by a kill and not by a farewell.
final class ApiProcess implements AutoCloseable {

    private final Process process;
    private final int port;

    private ApiProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Starts one with the settings of the test's API and waits until it answers.
    /// @param options of the JVM
    static ApiProcess spawn(TestApi api, String... options) throws IOException {
        var settings = Files.createTempFile("api", ".properties");
        var told = Path.of(settings + ".port");
        var properties = new Properties();
        api.settings().forEach((name, value) -> properties.setProperty(name, value.toString()));
        try (var writer = Files.newBufferedWriter(settings)) {
            properties.store(writer, null);
        }
        var java = ProcessHandle.current().info().command().orElseThrow();
        var command = new ArrayList<String>();
        command.add(java);
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ApiProcess.class.getName()));
        command.addAll(List.of(settings.toString(), told.toString()));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Path.of("target", "api-process.log").toFile())
                .start();
        TestApi.await(
                () -> Files.exists(told) || !process.isAlive(),
                () -> "the process does not start; see target/api-process.log");
        var port = Integer.parseInt(Files.readString(told));
        Files.delete(told);
        return new ApiProcess(process, port);
    }

    int port() {
        return port;
    }

    /// The most memory that it ever had, in MiB.
    long peakMemory() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    /// What it has had of the machine's processors since it was started.
    Duration processorTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /// kill -9.
    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var properties = new Properties();
        var file = Path.of(arguments[0]);
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Files.delete(file);
        Map<String, Object> settings = new HashMap<>();
        properties.forEach((name, value) -> settings.put(name.toString(), value));
        try (var running = RunningComponent.start("api", ApiApplication.class, settings)) {
            var partial = Path.of(arguments[1] + ".part");
            Files.writeString(partial, Integer.toString(running.port()));
            Files.move(partial, Path.of(arguments[1]));
            Thread.currentThread().join();
        }
    }
}
