package org.openpks.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoriesTests {

    @TempDir
    private Path directory;

    @Test
    void removesAllBelowAndWhatLinksPointToStays() throws IOException {
        var kept = Files.writeString(
                Files.createDirectory(directory.resolve("elsewhere")).resolve("kept"), "text");
        var gone = Files.createDirectories(directory.resolve("gone/a/b"));
        Files.writeString(gone.resolve("file"), "text");
        Files.createSymbolicLink(gone.resolve("link"), kept.getParent());

        Directories.delete(directory.resolve("gone"));
        Directories.delete(directory.resolve("never there"));

        assertThat(directory.resolve("gone")).doesNotExist();
        assertThat(kept).hasContent("text");
    }
}
