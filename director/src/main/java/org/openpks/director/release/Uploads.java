package org.openpks.director.release;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.openpks.director.cpi.host.Linux;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.settings.DirectorSettings;
import org.openpks.kernel.Fault;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/// Archives on their way in: bodies of requests and files at remote locations, kept until their task ends.
@Component
public class Uploads {

    private static final String DOWNLOADED = "download-";
    private static final Duration DOWNLOAD = Duration.ofHours(1);

    private final Path directory;

    @Autowired
    Uploads(DirectorSettings settings) {
        this(settings.home().resolve("uploads"));
    }

    /// Takes away what tasks of a killed director left. They run again and make it anew; only the bodies of
    /// requests must stay, because nobody sends them twice.
    Uploads(Path directory) {
        this.directory = directory;
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var entries = Files.list(directory)) {
            entries.filter(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                            || entry.getFileName().toString().startsWith(DOWNLOADED))
                    .forEach(Linux::deleteRecursively);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clear " + directory, e);
        }
    }

    /// Stores a body as a file and returns it. A body that breaks off leaves nothing.
    public Path receive(InputStream body) throws IOException {
        var file = fresh();
        try {
            Files.copy(body, file);
            return file;
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /// A new path for a file or directory that lives as long as a task.
    Path fresh() throws IOException {
        Files.createDirectories(directory);
        return directory.resolve(UUID.randomUUID().toString());
    }

    /// An archive at hand. Closing it removes a copy of ours and leaves an operator's own file alone.
    record Local(Path path, boolean ours) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            if (ours) {
                Files.deleteIfExists(path);
            }
        }
    }

    /// Makes the archive at a `file:`, `http:` or `https:` location readable.
    Local fetch(String location) throws IOException, InterruptedException {
        URI uri;
        try {
            uri = URI.create(location);
        } catch (IllegalArgumentException e) {
            throw refused(location, "is not a URL");
        }
        var scheme = uri.getScheme() == null ? "" : uri.getScheme();
        return switch (scheme) {
            case "file" -> {
                var path = Path.of(uri.getPath());
                if (!Files.isRegularFile(path)) {
                    throw refused(location, "is not a file that the director can read");
                }
                yield new Local(path, false);
            }
            case "http", "https" -> download(uri);
            default -> throw refused(location, "is not a file:, http: or https: URL");
        };
    }

    private Local download(URI uri) throws IOException, InterruptedException {
        var file = fresh().resolveSibling(DOWNLOADED + UUID.randomUUID());
        try (var client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(20))
                .build()) {
            var response = client.send(
                    HttpRequest.newBuilder(uri).timeout(DOWNLOAD).build(), HttpResponse.BodyHandlers.ofFile(file));
            if (response.statusCode() != 200) {
                Files.deleteIfExists(file);
                throw refused(uri.toString(), "answered with HTTP status " + response.statusCode());
            }
            return new Local(file, true);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw new Fault(
                    DirectorFault.VALUE_INVALID,
                    "Cannot download " + withoutCredentials(uri.toString()) + ": "
                            + e.getClass().getSimpleName() + ".",
                    String.valueOf(e.getMessage()),
                    e);
        }
    }

    private static Fault refused(String location, String reason) {
        return new Fault(
                DirectorFault.VALUE_INVALID, "The location " + withoutCredentials(location) + " " + reason + ".");
    }

    private static String withoutCredentials(String location) {
        return location.replaceAll("//[^/@]*@", "//").replaceAll("\\?.*", "");
    }
}
