package org.openpks.director.cpi.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeFilesTests {

    @TempDir
    private Path directory;

    private Path top = Path.of("");
    private Path outside = Path.of("");

    @BeforeEach
    void makeDirectories() throws IOException {
        top = Files.createDirectories(directory.resolve("vcap")).toRealPath();
        outside = Files.createDirectories(directory.resolve("outside")).toRealPath();
        Files.writeString(outside.resolve("secret"), "of the machine");
        Files.createDirectories(top.resolve("data/sys/log"));
    }

    @Test
    void readsThroughLinksThatStayInside() throws IOException {
        Files.createSymbolicLink(top.resolve("sys"), Path.of("data/sys"));
        Files.writeString(top.resolve("data/sys/log/a.log"), "text");

        assertThat(NodeFiles.read(top, top.resolve("sys/log/a.log"))).isEqualTo("text");
        assertThat(NodeFiles.target(top, top.resolve("sys/log/new/b.log")))
                .isEqualTo(top.resolve("data/sys/log/new/b.log"));
    }

    @Test
    void readsNothingOutside() throws IOException {
        Files.createSymbolicLink(top.resolve("file"), outside.resolve("secret"));
        Files.createSymbolicLink(top.resolve("up"), Path.of("../outside"));

        assertThatThrownBy(() -> NodeFiles.read(top, top.resolve("file"))).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> NodeFiles.read(top, top.resolve("up/secret")))
                .isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void writesNothingOutside() throws IOException {
        Files.createSymbolicLink(top.resolve("up"), outside);
        Files.createSymbolicLink(top.resolve("nowhere"), outside.resolve("absent"));

        for (var name : new String[] {"up", "up/new", "up/a/b", "nowhere", "nowhere/new", "../outside/new"}) {
            assertThatThrownBy(() -> NodeFiles.target(top, top.resolve(name)))
                    .as(name)
                    .isInstanceOf(AccessDeniedException.class);
        }
        assertThatThrownBy(() -> NodeFiles.entry(top, top.resolve("up/secret")))
                .isInstanceOf(AccessDeniedException.class);
        assertThat(NodeFiles.entry(top, top.resolve("up"))).isEqualTo(top.resolve("up"));
    }

    @Test
    void refusesAPipeInsteadOfWaitingForItsWriter() throws Exception {
        var pipe = top.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        assertThatThrownBy(() -> NodeFiles.read(top, pipe)).isInstanceOf(AccessDeniedException.class);
    }
}
