package org.openpks.director.agent.monit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Talks to a node's monit through its Unix socket. Every call is one short connection; monit 5.33 and later.
public final class MonitClient {

    private static final Pattern TOKEN = Pattern.compile("(?i)set-cookie:\\s*securitytoken=([0-9a-f]+)");

    private static final int TIMEOUT_SECONDS = 5;

    private final Path socket;
    private final String authorization;

    /// @param credentials `user:password`
    public MonitClient(Path socket, String credentials) {
        this.socket = socket;
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    public MonitStatus status() throws IOException {
        return MonitStatus.parse(request("GET", "/_status?format=xml", "", "").body());
    }

    /// Asks monit to do something with services: `start`, `stop`, `restart`, `monitor` or `unmonitor`. It wakes up
    /// at once and does it after this returns.
    public void act(String action, List<String> services) throws IOException {
        if (services.isEmpty()) {
            return;
        }
        var token = token();
        var form = new StringBuilder("securitytoken=")
                .append(token)
                .append("&action=")
                .append(action);
        services.forEach(name -> form.append("&service=").append(URLEncoder.encode(name, StandardCharsets.UTF_8)));
        request("POST", "/_doaction", form.toString(), "Cookie: securitytoken=" + token + "\r\n");
    }

    /// monit accepts changes only from who sends its cookie back, in the form as well as in the header.
    private String token() throws IOException {
        var matcher =
                TOKEN.matcher(request("GET", "/_status?format=xml", "", "").head());
        if (!matcher.find()) {
            throw new IOException("monit gave no token");
        }
        return matcher.group(1);
    }

    private Answer request(String method, String path, String form, String headers) throws IOException {
        var body = form.getBytes(StandardCharsets.UTF_8);
        var head = method + " " + path + " HTTP/1.0\r\nHost: localhost\r\nAuthorization: " + authorization + "\r\n"
                + headers
                + (body.length == 0
                        ? ""
                        : "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body.length + "\r\n")
                + "\r\n";
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                var _ = new Limit(channel)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            write(channel, head.getBytes(StandardCharsets.UTF_8));
            write(channel, body);
            var bytes = new ByteArrayOutputStream();
            Channels.newInputStream(channel).transferTo(bytes);
            return answer(bytes.toByteArray());
        }
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static Answer answer(byte[] bytes) throws IOException {
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IOException("monit closed the connection without an answer");
        }
        var head = text.substring(0, end);
        int status = Integer.parseInt(head.split(" ", 3)[1]);
        if (status >= 400) {
            throw new IOException("monit answered " + head.lines().findFirst().orElse(""));
        }
        return new Answer(head, Arrays.copyOfRange(bytes, end + 4, bytes.length));
    }

    /// Closes a connection on which nothing comes: Unix sockets know no timeout of their own here.
    private static final class Limit implements AutoCloseable {
        private final CompletableFuture<Void> end;

        Limit(SocketChannel channel) {
            this.end = CompletableFuture.runAsync(
                    () -> {
                        try {
                            channel.close();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    CompletableFuture.delayedExecutor(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        }

        @Override
        public void close() {
            end.cancel(false);
        }
    }

    private record Answer(String head, byte[] body) {}
}
