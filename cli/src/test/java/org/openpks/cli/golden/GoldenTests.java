package org.openpks.cli.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs the command lines of all golden files again. `make golden` writes them anew; read the diff.
class GoldenTests {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @TempDir
    Path home;

    static List<String> files() throws IOException {
        try (var files = Files.list(GOLDEN)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void printsWhatWasReviewed(String name) throws IOException {
        var golden = Files.readString(GOLDEN.resolve(name));
        var now = Transcript.again(golden, home);
        if ("write".equals(System.getenv("OPENPKS_GOLDEN"))) {
            Files.writeString(GOLDEN.resolve(name), now);
        }
        assertThat(now)
                .as("%s differs from what was reviewed. When it shall: make golden, and read its diff.", name)
                .isEqualTo(Files.readString(GOLDEN.resolve(name)));
    }
}
