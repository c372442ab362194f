package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the tests of the other modules printed, which is what their programs log: no secret is in it. Installations
/// of this module's own tests are looked at when they are removed.
class TestOutputIT {

    /// The secrets that those tests use, or parts of them.
    private static final List<String> SECRETS = List.of(
            "correct horse", "battery staple", "'s password", "hidden-password", "hidden-secret", "secret-token");

    /// Parts that hold secrets; the reports of all modules that have run are looked at.
    private static final List<String> MODULES = List.of("uaa", "api", "broker", "director", "adapter", "cli");

    private static List<Path> reports;

    @BeforeAll
    static void find() throws IOException {
        reports = new ArrayList<>();
        try (var modules = Files.list(Product.CHECKOUT)) {
            for (var module : modules.toList()) {
                for (var kind : List.of("surefire-reports", "failsafe-reports")) {
                    reports.addAll(files(module.resolve("target").resolve(kind)));
                }
            }
        }
    }

    @Test
    void holdsNoSecret() {
        assertThat(MODULES)
                .as("modules whose tests ran before: run 'mvn verify'")
                .allSatisfy(module ->
                        assertThat(reports).anyMatch(report -> report.startsWith(Product.CHECKOUT.resolve(module))));
        var scan = new SecretScan();
        SECRETS.forEach(secret -> scan.know("\"" + secret + "\"", secret));
        assertThat(scan.findings(reports)).isEmpty();
    }

    /// A secret that no test uses would be looked for in vain.
    @Test
    void looksForWhatTheTestsUse() throws IOException {
        var sources = new StringBuilder();
        for (var module : MODULES) {
            for (var source : files(Product.CHECKOUT.resolve(module).resolve("src/test/java"))) {
                sources.append(Files.readString(source));
            }
        }
        assertThat(SECRETS).allSatisfy(secret -> assertThat(sources).contains(secret));
    }

    private static List<Path> files(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
