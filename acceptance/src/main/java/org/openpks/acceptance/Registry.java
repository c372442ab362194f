package org.openpks.acceptance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// A registry of one image, `test:1`: a busybox that sleeps. It speaks as much of the distribution protocol as a pull
/// needs.
final class Registry implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    private final HttpServer server;
    private final Map<String, byte[]> blobs = new LinkedHashMap<>();
    private final String manifest;

    /// @param keys empty for plain HTTP
    Registry(Path directory, String address, Optional<SelfSigned> keys) {
        try {
            server = keys.isEmpty()
                    ? HttpServer.create(new InetSocketAddress(address, 0), 0)
                    : secure(new InetSocketAddress(address, 0), keys.get());
            var layer = blob(layer(directory));
            var config = blob(JSON.writeValueAsBytes(Map.of(
                    "architecture",
                    "amd64",
                    "os",
                    "linux",
                    "config",
                    Map.of("Entrypoint", List.of("/busybox", "sleep", "3600")),
                    "rootfs",
                    Map.of("type", "layers", "diff_ids", List.of(layer)))));
            manifest = blob(JSON.writeValueAsBytes(Map.of(
                    "schemaVersion",
                    2,
                    "mediaType",
                    MANIFEST,
                    "config",
                    descriptor(CONFIG, config),
                    "layers",
                    List.of(descriptor(LAYER, layer)))));
            server.createContext("/v2/", this::answer);
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpServer secure(InetSocketAddress address, SelfSigned keys) throws IOException {
        var server = HttpsServer.create(address, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(keys.context()));
        return server;
    }

    /// `ADDRESS:PORT`.
    String host() {
        return server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort();
    }

    String image() {
        return host() + "/test:1";
    }

    private static byte[] layer(Path directory) throws IOException {
        var folder = Files.createTempDirectory(directory, "image-");
        Files.copy(Path.of("/bin/busybox"), folder.resolve("busybox"));
        folder.resolve("busybox").toFile().setExecutable(true, false);
        var tar = directory.resolve(folder.getFileName() + ".tar");
        new Command(
                        Map.of(),
                        new ArrayList<>(List.of("tar", "-C", folder.toString(), "-cf", tar.toString(), "busybox")))
                .run()
                .ok();
        return Files.readAllBytes(tar);
    }

    private String blob(byte[] content) {
        try {
            var digest = "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
            blobs.put(digest, content);
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, Object> descriptor(String type, String digest) {
        return Map.of("mediaType", type, "digest", digest, "size", blobs.get(digest).length);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var name = path.substring(path.lastIndexOf('/') + 1);
            var digest = name.equals("1") ? manifest : name;
            boolean ping = path.equals("/v2/");
            var content = ping ? "{}".getBytes(StandardCharsets.UTF_8) : blobs.get(digest);
            if (content == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            var headers = exchange.getResponseHeaders();
            headers.set("Content-Type", path.contains("/manifests/") ? MANIFEST : "application/octet-stream");
            headers.set("Docker-Content-Digest", digest);
            if (exchange.getRequestMethod().equals("HEAD")) {
                headers.set("Content-Length", String.valueOf(content.length));
                exchange.sendResponseHeaders(200, -1);
            } else {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
