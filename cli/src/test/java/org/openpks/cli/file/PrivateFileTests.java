package org.openpks.cli.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.cli.failure.Failure;

class PrivateFileTests {
    @TempDir
    Path folder;

    /// `KUBECONFIG=/dev/null` must not put a file in the place of the device, for everybody on the machine.
    @Test
    void replacesNothingButFiles() throws IOException {
        var socket = folder.resolve("socket");
        var link = Files.createSymbolicLink(folder.resolve("link"), socket);
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            for (var path : new Path[] {socket, link}) {
                var file = new PrivateFile(path);
                assertThatThrownBy(() -> file.write("secret"))
                        .isInstanceOf(Failure.class)
                        .hasMessage("The file %s cannot be written: it is not a regular file.".formatted(path));
                assertThatThrownBy(file::read)
                        .hasMessage("The file %s cannot be read: it is not a regular file.".formatted(path));
            }
        }
        assertThat(Files.isRegularFile(socket)).isFalse();
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(socket, link);
        }
    }
}
