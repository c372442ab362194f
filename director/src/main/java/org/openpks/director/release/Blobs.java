package org.openpks.director.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.openpks.director.settings.DirectorSettings;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Files for callers to fetch at `/resources/ID`, such as collected logs. They are kept for a day.
@Repository
public class Blobs {

    private static final Duration KEPT = Duration.ofDays(1);

    private final Path directory;
    private final JdbcClient jdbc;
    private final InstantSource clock;

    Blobs(DirectorSettings settings, JdbcClient jdbc, InstantSource clock) {
        this.directory = settings.home().resolve("blobs");
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// @param checksum `sha256:<hex>` of the file
    public record Blob(String id, String checksum, Path file) {}

    /// Moves the file in.
    public Blob add(Path file) throws IOException {
        removeOld();
        var id = UUID.randomUUID().toString();
        var checksum = Checksums.sha256(file);
        Files.createDirectories(directory);
        Files.move(file, directory.resolve(id), StandardCopyOption.REPLACE_EXISTING);
        jdbc.sql("insert into blob_entry (id, checksum, created_at) values (:id, :checksum, :now)")
                .param("id", id)
                .param("checksum", checksum)
                .param("now", clock.millis())
                .update();
        return new Blob(id, checksum, directory.resolve(id));
    }

    public Optional<Blob> find(String id) {
        return jdbc.sql("select id, checksum from blob_entry where id = :id")
                .param("id", id)
                .query((row, number) ->
                        new Blob(row.getString(1), row.getString(2), directory.resolve(row.getString(1))))
                .optional()
                .filter(blob -> Files.isRegularFile(blob.file()));
    }

    private void removeOld() throws IOException {
        var old = jdbc.sql("select id from blob_entry where created_at < :limit")
                .param("limit", clock.millis() - KEPT.toMillis())
                .query(String.class)
                .list();
        for (var id : old) {
            Files.deleteIfExists(directory.resolve(id));
            jdbc.sql("delete from blob_entry where id = :id").param("id", id).update();
        }
    }
}
