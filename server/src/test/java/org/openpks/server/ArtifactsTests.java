package org.openpks.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.kernel.Fault;

class ArtifactsTests {

    @TempDir
    Path directory;

    private Artifacts artifacts;

    @BeforeEach
    void read() throws IOException {
        artifacts = Artifacts.read(Files.writeString(directory.resolve("artifacts.json"), """
                {"stemcell": {"name": "s", "operating_system": "os", "version": "1", "path": "/s.tgz"},
                 "releases": [
                  {"name": "kubernetes", "version": "1.37.2+aa", "kubernetes_version": "1.37.2", "path": "/new.tgz"},
                  {"name": "kubernetes", "version": "1.36.3+bb", "kubernetes_version": "1.36.3", "path": "/old.tgz"}]}
                """));
    }

    @Test
    void offersTheNewestUnlessAnotherIsNamed() {
        assertThat(artifacts.offered("").version()).isEqualTo("1.37.2+aa");
        assertThat(artifacts.offered("1.36.3").path()).isEqualTo(Path.of("/old.tgz"));
    }

    @Test
    void saysHowToBuildWhatIsNotThere() {
        assertThatThrownBy(() -> artifacts.offered("1.35.1"))
                .isInstanceOf(Fault.class)
                .hasMessageContainingAll("kubernetes_version", "1.35.1", "1.37.2, 1.36.3", "release/build");
    }
}
