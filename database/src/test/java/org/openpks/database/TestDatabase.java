package org.openpks.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Directories;
import org.openpks.kernel.Secrets;

/// A real MariaDB for tests: one server for the JVM, started when first asked for and gone with the JVM; every call
/// gives a schema of its own, so tests need no order and no cleaning.
public final class TestDatabase {

    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static @Nullable MariaDbServer server;

    private TestDatabase() {}

    /// Spring properties of a fresh schema for a part whose migrations lie in `db/NAME`.
    public static Map<String, Object> settings(String component) {
        return settingsOf(component, component + "_" + SCHEMAS.incrementAndGet());
    }

    /// Spring properties for a schema that an earlier call made: for a second process or a restart over the same
    /// data.
    public static Map<String, Object> settingsOf(String component, String schema) {
        var running = server();
        return Map.of(
                "spring.datasource.url", running.url(schema),
                "spring.datasource.username", running.user(),
                "spring.datasource.password", running.password(),
                "spring.flyway.locations", "classpath:db/" + component);
    }

    private static synchronized MariaDbServer server() {
        if (server == null) {
            server = launch();
        }
        return server;
    }

    private static MariaDbServer launch() {
        try {
            var directory = Files.createTempDirectory("openpks-test-database-");
            var binaries = MariaDbBinaries.in(cache());
            var launched = new MariaDbServer(
                    binaries,
                    new MariaDbServer.Settings(
                            directory, freePort(), "test", Secrets.password(20), Optional.empty(), false));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(launched, directory)));
            launched.start();
            return launched;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path cache() {
        var named = System.getenv("OPENPKS_CACHE");
        return named == null ? Path.of(System.getProperty("user.home"), ".cache", "openpks") : Path.of(named);
    }

    static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(MariaDbServer launched, Path directory) {
        launched.running().ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
        try {
            Directories.delete(directory);
        } catch (IOException e) {
            System.err.println("cannot remove " + directory + ": " + e.getMessage());
        }
    }
}
