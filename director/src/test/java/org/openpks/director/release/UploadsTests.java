package org.openpks.director.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadsTests {

    @TempDir
    private Path directory;

    @Test
    void clearsWhatAKilledDirectorLeftExceptForBodiesThatItsTasksStillNeed() throws IOException {
        var before = new Uploads(directory);
        var body = before.receive(new ByteArrayInputStream(new byte[] {1}));
        var scratch = Files.createDirectories(before.fresh().resolve("jobs")).getParent();
        var download = Files.writeString(directory.resolve("download-1"), "half");

        assertThat(new Uploads(directory).fresh()).doesNotExist();

        assertThat(body).exists();
        assertThat(scratch).doesNotExist();
        assertThat(download).doesNotExist();
    }
}
