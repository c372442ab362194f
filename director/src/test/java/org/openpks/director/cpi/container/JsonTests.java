package org.openpks.director.cpi.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTests {

    private record Note(int number) {}

    @TempDir
    private Path directory;

    @Test
    void takesAFileThatGoesAwayForAbsent() throws Exception {
        var file = directory.resolve("node.json");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            all.add(threads.submit(() -> {
                for (int round = 0; round < 500; round++) {
                    Json.write(file, new Note(1));
                    Files.deleteIfExists(file);
                }
                return true;
            }));
            all.add(threads.submit(() -> {
                for (int round = 0; round < 2000; round++) {
                    Json.readIfPresent(file, Note.class)
                            .ifPresent(content -> assertThat(content).isEqualTo(new Note(1)));
                }
                return true;
            }));
            for (var one : all) {
                one.get();
            }
        }

        assertThat(Json.readIfPresent(file, Note.class)).isEmpty();
    }
}
