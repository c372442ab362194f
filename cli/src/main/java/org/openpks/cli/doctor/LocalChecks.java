package org.openpks.cli.doctor;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openpks.cli.command.Context;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.json.Json;
import org.openpks.cli.json.MalformedJson;
import org.openpks.cli.terminal.Text;

/// What can be told without a network.
final class LocalChecks {
    private static final int OLDEST_JAVA = 25;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Pattern MINOR = Pattern.compile("v?1\\.([0-9]+).*");

    private final Context context;

    LocalChecks(Context context) {
        this.context = context;
    }

    Finding java() {
        var version = Runtime.version();
        var text = "%s at %s".formatted(version, Path.of(System.getProperty("java.home")));
        return version.feature() >= OLDEST_JAVA
                ? Finding.ok("Java", text)
                : Finding.problem("Java", text, "install JDK %d, or set JAVA_HOME to it".formatted(OLDEST_JAVA));
    }

    Finding kubeconfig() {
        var file = context.kubeconfig();
        try {
            file.check();
            return Finding.ok("kubeconfig", "%s can be written".formatted(file.path()));
        } catch (Failure e) {
            return Finding.problem(
                    "kubeconfig", String.valueOf(e.getMessage()), "correct it, or name another file in KUBECONFIG");
        }
    }

    /// @param clusters the Kubernetes versions of the clusters that can be seen
    List<Finding> kubectl(List<String> clusters) {
        var version = clientVersion();
        if (version.isEmpty()) {
            return List.of(Finding.problem(
                    "kubectl",
                    "no kubectl on the PATH that tells its version",
                    "install kubectl, or put the folder of this checkout's bin/kubectl on the PATH"));
        }
        var found = Finding.ok("kubectl", version.get());
        var client = minor(version.get());
        // A kubectl works with the minor version before and after its own.
        var far = clusters.stream()
                .distinct()
                .filter(cluster -> client.isPresent()
                        && minor(cluster).isPresent()
                        && Math.abs(minor(cluster).getAsInt() - client.getAsInt()) > 1)
                .toList();
        return far.isEmpty()
                ? List.of(found)
                : List.of(Finding.problem(
                        "kubectl",
                        "%s is more than one minor version away from the clusters' %s"
                                .formatted(version.get(), String.join(", ", far)),
                        "use a kubectl of 1.%d".formatted(minor(far.getFirst()).getAsInt())));
    }

    private static OptionalInt minor(String version) {
        var form = MINOR.matcher(version);
        return form.matches() ? OptionalInt.of(Integer.parseInt(form.group(1))) : OptionalInt.empty();
    }

    private Optional<String> clientVersion() {
        return program().flatMap(LocalChecks::version);
    }

    private Optional<Path> program() {
        return context.variable("PATH").stream()
                .flatMap(path -> Arrays.stream(path.split(File.pathSeparator, -1)))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, "kubectl"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<String> version(Path program) {
        try {
            var process = new ProcessBuilder(program.toString(), "version", "--client", "--output", "json")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            try (var out = process.getInputStream()) {
                return version(process, out);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Optional<String> version(Process process, InputStream out) throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Text.line(
                            Json.parse(out.readAllBytes()).at("clientVersion").text("gitVersion")))
                    .filter(version -> !version.isEmpty());
        } catch (MalformedJson e) {
            return Optional.empty();
        }
    }
}
