package org.openpks.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program that is run to its end, with what it printed.
final class Command {

    private final List<String> words;
    private final Map<String, String> environment;
    private Duration limit = Duration.ofMinutes(3);
    private String input = "";

    Command(Map<String, String> environment, List<String> words) {
        this.environment = environment;
        this.words = words;
    }

    Command within(Duration longest) {
        limit = longest;
        return this;
    }

    Command reading(String text) {
        input = text;
        return this;
    }

    record Result(List<String> words, int code, String out, String err) {

        /// Fails with everything that was printed unless the program succeeded.
        Result ok() {
            if (code != 0) {
                throw new AssertionError(
                        "exit code %d of %s%n%s%n%s".formatted(code, String.join(" ", words), out, err));
            }
            return this;
        }

        boolean succeeded() {
            return code == 0;
        }

        String all() {
            return out + err;
        }
    }

    Result run() {
        try {
            var out = Files.createTempFile("openpks-it-", ".out");
            var err = Files.createTempFile("openpks-it-", ".err");
            try {
                var process = start(out, err);
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly().waitFor();
                    throw new AssertionError(String.join(" ", words) + " did not end within " + limit + "\n"
                            + Files.readString(out) + Files.readString(err));
                }
                return new Result(words, process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Starts the program and does not wait; its output goes to the files.
    Process start(Path out, Path err) throws IOException {
        var builder = new ProcessBuilder(new ArrayList<>(words));
        builder.environment().putAll(environment);
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        var process = builder.start();
        if (!input.isEmpty()) {
            try (var stream = process.getOutputStream()) {
                stream.write(input.getBytes(StandardCharsets.UTF_8));
            }
        } else {
            process.getOutputStream().close();
        }
        return process;
    }
}
