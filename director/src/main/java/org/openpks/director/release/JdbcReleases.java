package org.openpks.director.release;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;

@Repository
class JdbcReleases implements Releases {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    /// Parsed releases by revision; a revision never changes.
    private final Map<String, Release> parsed = new ConcurrentHashMap<>();

    JdbcReleases(JdbcClient jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    record Row(long id, String name, String version, String commitHash, boolean uncommittedChanges, String revision) {}

    record Part(
            String kind,
            String name,
            String fingerprint,
            String checksum,
            Path directory,
            String stemcell,
            List<String> dependencies) {}

    @Override
    public Optional<Release> find(String name, String version) {
        if (version.equals("latest")) {
            return jdbc
                    .sql("select version from release_version where name = :name")
                    .param("name", name)
                    .query(String.class)
                    .list()
                    .stream()
                    .max(VersionOrder.INSTANCE)
                    .flatMap(newest -> find(name, newest));
        }
        return row(name, version).map(this::release);
    }

    @Override
    public List<Release> list() {
        return jdbc.sql("select * from release_version").query(JdbcReleases::row).list().stream()
                .map(this::release)
                .sorted(Comparator.comparing(Release::name).thenComparing(Release::version, VersionOrder.INSTANCE))
                .toList();
    }

    Optional<Row> row(String name, String version) {
        return jdbc.sql("select * from release_version where name = :name and version = :version")
                .param("name", name)
                .param("version", version)
                .query(JdbcReleases::row)
                .optional();
    }

    List<String> versions(String name) {
        return jdbc
                .sql("select version from release_version where name = :name")
                .param("name", name)
                .query(String.class)
                .list()
                .stream()
                .sorted(VersionOrder.INSTANCE)
                .toList();
    }

    /// Stores the release, in place of what the version was before.
    void save(ReleaseManifest manifest, String text, List<Part> parts) {
        transaction.executeWithoutResult(status -> {
            jdbc.sql("delete from release_version where name = :name and version = :version")
                    .param("name", manifest.name())
                    .param("version", manifest.version())
                    .update();
            var keys = new GeneratedKeyHolder();
            jdbc.sql("""
                    insert into release_version (name, version, commit_hash, uncommitted_changes, manifest, revision)
                    values (:name, :version, :commit, :uncommitted, :manifest, :revision)""")
                    .param("name", manifest.name())
                    .param("version", manifest.version())
                    .param("commit", manifest.commitHash())
                    .param("uncommitted", manifest.uncommittedChanges())
                    .param("manifest", text)
                    .param("revision", UUID.randomUUID().toString())
                    .update(keys);
            long id = Objects.requireNonNull(keys.getKey()).longValue();
            for (var part : parts) {
                jdbc.sql("""
                        insert into release_part (release_id, kind, name, fingerprint, checksum, directory, stemcell, dependencies)
                        values (:id, :kind, :name, :fingerprint, :checksum, :directory, :stemcell, :dependencies)""")
                        .param("id", id)
                        .param("kind", part.kind())
                        .param("name", part.name())
                        .param("fingerprint", part.fingerprint())
                        .param("checksum", part.checksum())
                        .param("directory", part.directory().toString())
                        .param("stemcell", part.stemcell())
                        .param("dependencies", String.join(",", part.dependencies()))
                        .update();
            }
        });
    }

    /// Deletes the version and returns the directories that no release uses any more.
    List<Path> delete(Row row) {
        var unused = transaction.execute(status -> {
            var directories = parts(row.id()).stream().map(Part::directory).toList();
            jdbc.sql("delete from release_version where id = :id")
                    .param("id", row.id())
                    .update();
            return directories.stream()
                    .filter(directory -> jdbc.sql("select count(*) from release_part where directory = :directory")
                                    .param("directory", directory.toString())
                                    .query(Long.class)
                                    .single()
                            == 0)
                    .toList();
        });
        parsed.remove(row.revision());
        return Objects.requireNonNull(unused);
    }

    List<Part> parts(long releaseId) {
        return jdbc.sql("select * from release_part where release_id = :id order by kind, name")
                .param("id", releaseId)
                .query((row, number) -> new Part(
                        row.getString("kind"),
                        row.getString("name"),
                        row.getString("fingerprint"),
                        row.getString("checksum"),
                        Path.of(row.getString("directory")),
                        row.getString("stemcell"),
                        row.getString("dependencies").isEmpty()
                                ? List.of()
                                : List.of(row.getString("dependencies").split(","))))
                .list();
    }

    private Release release(Row row) {
        return parsed.computeIfAbsent(row.revision(), revision -> parse(row));
    }

    private Release parse(Row row) {
        var jobs = new LinkedHashMap<String, Job>();
        var packages = new LinkedHashMap<String, Package>();
        for (var part : parts(row.id())) {
            if (part.kind().equals("jobs")) {
                jobs.put(
                        part.name(),
                        new Job(
                                part.name(),
                                part.fingerprint(),
                                part.checksum(),
                                part.directory(),
                                spec(part.directory())));
            } else {
                packages.put(
                        part.name(),
                        new Package(
                                part.name(),
                                part.fingerprint(),
                                part.checksum(),
                                part.directory(),
                                part.dependencies(),
                                part.stemcell()));
            }
        }
        return new Release(
                row.name(),
                row.version(),
                row.commitHash(),
                row.uncommittedChanges(),
                Collections.unmodifiableMap(jobs),
                Collections.unmodifiableMap(packages));
    }

    static Map<String, Object> spec(Path directory) {
        try {
            return ReleaseManifest.hash(Files.readString(directory.resolve("job.MF")), "job.MF");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read job.MF in " + directory, e);
        }
    }

    private static Row row(ResultSet row, int number) throws SQLException {
        return new Row(
                row.getLong("id"),
                row.getString("name"),
                row.getString("version"),
                row.getString("commit_hash"),
                row.getBoolean("uncommitted_changes"),
                row.getString("revision"));
    }
}
