package org.openpks.broker;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.openpks.adapter.ServiceAdapter;
import org.openpks.adapter.contract.AdapterMain;
import org.openpks.broker.adapter.ExecutableAdapter;

/// A test's adapter behind a real program of the contract: a script that hands its input to the adapter in this
/// process and ends with its exit code.
final class AdapterProgram implements AutoCloseable {

    private final ServerSocket server;
    private final Path script;

    AdapterProgram(ServiceAdapter adapter) {
        try {
            server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
            script = Files.createTempFile(
                    "service-adapter-",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.writeString(script, """
                    #!/bin/bash
                    LC_ALL=C
                    input=$(cat)
                    exec 3<>/dev/tcp/127.0.0.1/%d
                    printf '%%s\\n%%d\\n%%s' "$1" "${#input}" "$input" >&3
                    read -r code <&3
                    cat <&3
                    exit "$code"
                    """.formatted(server.getLocalPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(() -> serve(new AdapterMain(adapter)));
    }

    ServiceAdapter adapter() {
        return new ExecutableAdapter(script);
    }

    private void serve(AdapterMain program) {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> answer(program, socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void answer(AdapterMain program, Socket socket) {
        try (socket) {
            var in = new DataInputStream(socket.getInputStream());
            var command = line(in);
            var input = in.readNBytes(Integer.parseInt(line(in)));
            var out = new ByteArrayOutputStream();
            int code = program.run(
                    List.of(command),
                    new ByteArrayInputStream(input),
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
            socket.getOutputStream().write((code + "\n").getBytes(StandardCharsets.US_ASCII));
            out.writeTo(socket.getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(DataInputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(script);
    }
}
