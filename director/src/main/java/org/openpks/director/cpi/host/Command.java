package org.openpks.director.cpi.host;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openpks.director.cpi.CpiFaultCode;
import org.openpks.kernel.Fault;

/// A program of the machine below, run to its end.
public final class Command {

    /// Every program of ours and every script in a node finds its tools here, whatever the caller's own path is.
    public static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final int KEPT_BYTES = 1 << 20;

    private final List<String> words;
    private final Map<String, String> environment;
    private final String input;
    private final Duration timeout;

    private Command(List<String> words, Map<String, String> environment, String input, Duration timeout) {
        this.words = List.copyOf(words);
        this.environment = Map.copyOf(environment);
        this.input = input;
        this.timeout = timeout;
    }

    /// A command with no more environment than a path and plain messages, with nothing to read, for at most a
    /// minute.
    public static Command of(String... words) {
        return of(List.of(words));
    }

    public static Command of(List<String> words) {
        return new Command(words, Map.of("PATH", PATH, "LC_ALL", "C"), "", Duration.ofMinutes(1));
    }

    /// Whether the machine has this program.
    public static boolean exists(String program) {
        return Stream.of(PATH.split(":")).anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    public Command reading(String text) {
        return new Command(words, environment, text, timeout);
    }

    public Command within(Duration limit) {
        return new Command(words, environment, input, limit);
    }

    /// Adds to the environment. Secrets go here: they are visible to root alone, arguments to everybody.
    public Command with(Map<String, String> variables) {
        var all = new HashMap<>(environment);
        all.putAll(variables);
        return new Command(words, all, input, timeout);
    }

    /// Runs it and returns what it printed. Of each stream the last MiB is kept.
    public Result run() {
        Process process = start();
        var stdout = new Tail();
        var stderr = new Tail();
        var readers = List.of(
                Thread.startVirtualThread(() -> stdout.fill(process.getInputStream())),
                Thread.startVirtualThread(() -> stderr.fill(process.getErrorStream())));
        try {
            try (var sink = process.getOutputStream()) {
                sink.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // a program that ends before it has read everything tells its reason by its exit code
            }
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                end(process);
                throw new Fault(
                        CpiFaultCode.HOST_TIMEOUT,
                        "%s did not end within %d s.".formatted(words.getFirst(), timeout.toSeconds()),
                        "command=" + words);
            }
            for (var reader : readers) {
                reader.join();
            }
            return new Result(process.exitValue(), stdout.text(), stderr.text());
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            throw new Fault(CpiFaultCode.HOST_FAILED, "%s was interrupted.".formatted(words.getFirst()), "", e);
        }
    }

    /// Runs it and returns what it printed; any exit but 0 is a fault that carries what it complained about.
    public String check() {
        var result = run();
        if (result.exitCode() != 0) {
            throw failed(words, result.exitCode(), result.stderr().isBlank() ? result.stdout() : result.stderr());
        }
        return result.stdout();
    }

    /// Runs a program that leaves a daemon behind. Its output, and the daemon's, goes to the file: a pipe would
    /// stay open as long as the daemon lives, and break it when this JVM ends.
    public void launch(Path log) {
        try {
            var process = builder()
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw failed(words, -1, "no end within " + timeout.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw failed(words, process.exitValue(), tail(Files.readString(log)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + words.getFirst(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(CpiFaultCode.HOST_FAILED, "%s was interrupted.".formatted(words.getFirst()), "", e);
        }
    }

    /// With everything it has started and not let go: what runs in a node is a grandchild.
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private Process start() {
        try {
            return builder().start();
        } catch (IOException e) {
            throw new Fault(
                    CpiFaultCode.HOST_FAILED,
                    "%s cannot be started; is its package installed?".formatted(words.getFirst()),
                    String.valueOf(e.getMessage()),
                    e);
        }
    }

    private ProcessBuilder builder() {
        var builder = new ProcessBuilder(new ArrayList<>(words));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    private static Fault failed(List<String> words, int exitCode, String complaint) {
        return new Fault(
                CpiFaultCode.HOST_FAILED,
                "%s failed: %s".formatted(words.getFirst(), tail(complaint)),
                "exit=%d command=%s".formatted(exitCode, words));
    }

    private static String tail(String text) {
        var lines = text.strip().lines().toList();
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    }

    /// What a program left behind.
    public record Result(int exitCode, String stdout, String stderr) {}

    /// The end of a stream: a program that prints without end must not fill the memory.
    private static final class Tail {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        void fill(InputStream stream) {
            var buffer = new byte[8192];
            try (stream) {
                for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                    bytes.write(buffer, 0, count);
                    if (bytes.size() > 2 * KEPT_BYTES) {
                        keepEnd();
                    }
                }
            } catch (IOException e) {
                // the stream of a killed program ends like this
            }
        }

        private void keepEnd() {
            var all = bytes.toByteArray();
            bytes.reset();
            bytes.write(all, all.length - KEPT_BYTES, KEPT_BYTES);
        }

        String text() {
            if (bytes.size() > KEPT_BYTES) {
                keepEnd();
            }
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
