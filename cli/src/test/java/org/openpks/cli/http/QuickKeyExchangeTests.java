package org.openpks.cli.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.openpks.cli.failure.Unreachable;

/// What the HTTP client really offers: the client hello as a server reads it (RFC 8446, section 4.1.2).
class QuickKeyExchangeTests {
    private static final int SUPPORTED_GROUPS = 10;
    private static final int KEY_SHARE = 51;
    private static final short X25519 = 0x1d;

    @Test
    void offersX25519Alone() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var connections = new Connections()) {
            var extensions = new CompletableFuture<Map<Integer, ByteBuffer>>();
            Thread.ofVirtual().start(() -> extensions.complete(extensions(server)));
            var exchange = connections.to("PKS API", new Trust.Anyone());
            assertThatThrownBy(() -> exchange.send(
                            "GET",
                            URI.create("https://localhost:" + server.getLocalPort()),
                            Map.of(),
                            Optional.empty()))
                    .isInstanceOf(Unreachable.class);

            var groups = extensions.get().get(SUPPORTED_GROUPS);
            assertThat(groups.getShort()).as("bytes of all groups").isEqualTo((short) 2);
            assertThat(groups.getShort()).isEqualTo(X25519);
            var shares = extensions.get().get(KEY_SHARE);
            assertThat(shares.getShort()).as("bytes of all shares").isEqualTo((short) (2 + 2 + 32));
            assertThat(shares.getShort()).isEqualTo(X25519);
        }
    }

    /// The extensions of the first greeting, after which the server is gone.
    private static Map<Integer, ByteBuffer> extensions(ServerSocket server) {
        try (server;
                var socket = server.accept()) {
            var in = new DataInputStream(socket.getInputStream());
            in.skipNBytes(3);
            var hello = ByteBuffer.wrap(in.readNBytes(in.readUnsignedShort()));
            hello.position(4 + 2 + 32);
            skip(hello, Byte.toUnsignedInt(hello.get()));
            skip(hello, Short.toUnsignedInt(hello.getShort()));
            skip(hello, Byte.toUnsignedInt(hello.get()));
            skip(hello, 2);
            var extensions = new HashMap<Integer, ByteBuffer>();
            while (hello.hasRemaining()) {
                int type = Short.toUnsignedInt(hello.getShort());
                int size = Short.toUnsignedInt(hello.getShort());
                extensions.put(type, hello.slice(hello.position(), size));
                skip(hello, size);
            }
            return extensions;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void skip(ByteBuffer buffer, int bytes) {
        buffer.position(buffer.position() + bytes);
    }
}
