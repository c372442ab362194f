package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every command and flag of `pks`, as a person types them, against a live control plane and two real clusters. What
/// it prints is compared as a whole with the transcript in `cli/`; so nobody else's clusters may be there.
///
/// With `OPENPKS_GOLDEN=write` nothing is compared: what the commands print now, with marks for what changes from run
/// to run, is written to `target/cli` for a person to read and take over.
class CommandLineIT {

    private static final int LEAST = 120;
    private static final boolean WRITES = "write".equals(System.getenv("OPENPKS_GOLDEN"));

    private static Product product;

    @TempDir
    private Path directory;

    private final Map<String, String> known = new HashMap<>();

    @BeforeAll
    static void start() {
        product = Product.started(new Product.Place(Path.of("/var/lib/openpks-cli"), "opkscl", "opc", 183, 102), "");
    }

    @AfterAll
    static void stop() {
        if (product != null) {
            product.close();
        }
    }

    @Test
    void printsWhatTheTranscriptSays() throws IOException {
        var text = WorkloadsIT.resource("cli/session.txt");
        var calls = Transcript.of(text).calls();
        assertThat(calls).hasSizeGreaterThanOrEqualTo(LEAST);
        prepare();
        var session = new ArrayList<String>();
        try {
            for (var call : calls) {
                var result = run(call.command(known));
                if (WRITES) {
                    session.add(Transcript.marked(call, result.out(), result.code(), known));
                } else {
                    check(call, result);
                }
            }
        } finally {
            if (WRITES) {
                Files.createDirectories(Path.of("target/cli"));
                Files.writeString(Path.of("target/cli/session.txt"), String.join("\n", session));
            }
        }
    }

    private void check(Transcript.Call call, Command.Result result) {
        assertThat(call.matches(result.out(), known) && call.fails() == (result.code() != 0))
                .as(
                        "line %d: %s%n--- expected%s%n%s--- printed, exit code %d%n%s---",
                        call.line(),
                        call.command(),
                        call.fails() ? ", exit code 1" : "",
                        call.expected(),
                        result.code(),
                        result.out())
                .isTrue();
    }

    /// Runs a command line as a shell does, in a directory of its own.
    private Command.Result run(String line) {
        return new Command(environment(), List.of("bash", "-c", "cd \"$SESSION\"; exec 2>&1; " + line))
                .within(Duration.ofMinutes(5))
                .run();
    }

    private Map<String, String> environment() {
        var environment = new HashMap<>(product.environment());
        environment.put("SESSION", directory.toString());
        environment.put("PKS_HOME", directory.resolve("pks").toString());
        environment.put("KUBECONFIG", directory.resolve("kubeconfig").toString());
        environment.put("HOME", directory.toString());
        environment.putIfAbsent(
                "OPENPKS_CACHE",
                Optional.ofNullable(System.getenv("OPENPKS_CACHE"))
                        .orElse(System.getProperty("user.home") + "/.cache/openpks"));
        environment.put("TZ", "UTC");
        environment.put("PATH", Product.CHECKOUT.resolve("bin") + ":" + System.getenv("PATH"));
        environment.put("PKS_PASSWORD", product.exports().get("PKS_PASSWORD"));
        return environment;
    }

    /// What the session finds: addresses, and the files that its commands name.
    private void prepare() {
        var exports = product.exports();
        known.put("api", URI.create(exports.get("PKS_API")).getAuthority());
        known.put("uaa", URI.create(exports.get("UAA_URL")).getAuthority());
        known.put("ca", exports.get("PKS_CA_CERT"));
        known.put("dir", directory.toString());
        for (var file :
                List.of("kubernetes-profile.json", "network-profile.json", "compute-profile.json", "broken.json")) {
            try {
                Files.writeString(directory.resolve(file), WorkloadsIT.resource("cli/" + file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
