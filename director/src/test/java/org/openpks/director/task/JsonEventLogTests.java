package org.openpks.director.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.director.fault.DirectorFault;
import org.openpks.kernel.Fault;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonEventLogTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path directory;

    private JsonEventLog log() {
        return new JsonEventLog(
                new LineFile(directory.resolve("event")), InstantSource.fixed(Instant.ofEpochSecond(1451020321)));
    }

    private List<JsonNode> lines() throws Exception {
        return Files.readAllLines(directory.resolve("event")).stream()
                .map(JSON::readTree)
                .toList();
    }

    @Test
    void writesTheLinesThatBoshWrites() throws Exception {
        var stage = log().stage("Updating instance", List.of("worker"), 3);
        stage.<Boolean>step("worker/1 (0)", status -> {
            status.accept("executing drain");
            return true;
        });
        assertThat(Files.readAllLines(directory.resolve("event")))
                .containsExactly(
                        "{\"time\":1451020321,\"time_ms\":1451020321000,\"stage\":\"Updating instance\",\"tags\":[\"worker\"],\"total\":3,\"task\":\"worker/1 (0)\",\"index\":1,\"state\":\"started\",\"progress\":0}",
                        "{\"time\":1451020321,\"time_ms\":1451020321000,\"stage\":\"Updating instance\",\"tags\":[\"worker\"],\"total\":3,\"task\":\"worker/1 (0)\",\"index\":1,\"state\":\"in_progress\",\"progress\":50,\"data\":{\"status\":\"executing drain\"}}",
                        "{\"time\":1451020321,\"time_ms\":1451020321000,\"stage\":\"Updating instance\",\"tags\":[\"worker\"],\"total\":3,\"task\":\"worker/1 (0)\",\"index\":1,\"state\":\"finished\",\"progress\":100}");
    }

    @Test
    void tellsAFaultsSentenceAndHidesOtherMessages() throws Exception {
        var log = log();
        var stage = log.stage("s", List.of(), null);
        assertThatThrownBy(() -> stage.<Boolean>step("a", status -> {
                    throw new Fault(DirectorFault.VARIABLE_UNKNOWN, "sentence", "detail");
                }))
                .isInstanceOf(Fault.class);
        assertThatThrownBy(() -> stage.<Boolean>step("b", status -> {
                    throw new IllegalStateException("jdbc://user:password@host");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(lines().get(1).path("data").path("error").asString()).isEqualTo("sentence");
        assertThat(lines().get(3).path("data").path("error").asString())
                .contains("IllegalStateException")
                .doesNotContain("password");
        assertThat(lines().getFirst().path("total").isNull()).isTrue();
    }

    @Test
    void linesOfManyThreadsStayWhole() throws Exception {
        var stage = log().stage("s", List.of(), 100);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                var name = "task " + i;
                threads.submit(() -> stage.<Boolean>step(name, status -> true));
            }
        }
        assertThat(lines()).hasSize(200);
        assertThat(lines().stream().map(line -> line.path("index").asInt()).distinct())
                .hasSize(100);
    }

    @Test
    void shortensResultsAtAWord() {
        assertThat(TaskRunner.shorten("short")).isEqualTo("short");
        assertThat(TaskRunner.shorten("word ".repeat(40)))
                .hasSizeLessThanOrEqualTo(128)
                .endsWith("word...");
        assertThat(TaskRunner.shorten("x".repeat(200))).hasSizeLessThanOrEqualTo(128);
    }
}
