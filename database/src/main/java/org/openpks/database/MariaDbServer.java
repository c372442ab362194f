package org.openpks.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Directories;
import org.openpks.kernel.SecretFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One MariaDB server process over one directory: `data/`, `my.cnf`, `error.log`, `pid`.
///
/// The process does not depend on the JVM that started it. [#start()] makes the data directory when it is missing,
/// finds a server that runs already, and returns when connections are accepted.
public final class MariaDbServer {

    private static final Logger log = LoggerFactory.getLogger(MariaDbServer.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final MariaDbBinaries binaries;
    private final Settings settings;

    /// @param directory everything of this server lies here
    /// @param user and password of the one account, which may do everything from this machine
    /// @param durable false for tests only: a crash of the machine may lose what was committed
    public record Settings(Path directory, int port, String user, String password, Optional<Tls> tls, boolean durable) {
        public Settings {
            if (!user.matches("[a-z][a-z0-9_]*") || !password.matches("[A-Za-z0-9]+")) {
                throw new IllegalArgumentException("the database user or password has a character that needs quoting");
            }
        }
    }

    /// The server's certificate; clients connect by TLS alone when it is given.
    public record Tls(Path authority, Path certificate, Path key) {}

    public MariaDbServer(MariaDbBinaries binaries, Settings settings) {
        this.binaries = binaries;
        this.settings = settings;
    }

    /// Starts the server unless it runs.
    public void start() {
        try {
            if (running().isPresent()) {
                awaitAnswer(null);
                return;
            }
            SecretFiles.createDirectories(settings.directory());
            if (!Files.isDirectory(data())) {
                makeDataDirectory();
            }
            SecretFiles.write(configuration(), configurationText());
            var process = command(List.of("--defaults-file=" + configuration()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(errorLog().toFile()))
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            awaitAnswer(process);
            log.atInfo().addKeyValue("port", settings.port()).log("The database is up");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the database in " + settings.directory(), e);
        }
    }

    /// Stops the server and waits until it has written everything; no error when none runs.
    public void stop() {
        running().ifPresent(process -> {
            process.destroy();
            try {
                process.onExit().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                process.destroyForcibly();
            }
        });
    }

    /// The process that serves this directory, if there is one, also while it still starts. The pid file, which it
    /// writes at the end of its start, is the short way; the long one looks at every process.
    public Optional<ProcessHandle> running() {
        return noted().or(() ->
                ProcessHandle.allProcesses().filter(this::servesThis).findFirst());
    }

    private Optional<ProcessHandle> noted() {
        try {
            var text = Files.exists(pidFile()) ? Files.readString(pidFile()).strip() : "";
            return text.matches("\\d+")
                    ? ProcessHandle.of(Long.parseLong(text)).filter(this::servesThis)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private boolean servesThis(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"))
                    .contains("--defaults-file=" + configuration() + "\0");
        } catch (IOException e) {
            return false;
        }
    }

    /// The JDBC URL of a schema; Connector/J makes the schema on the first connection.
    public String url(String schema) {
        var tls = settings.tls()
                .map(given -> "&sslMode=verify-full&serverSslCert=" + given.authority())
                .orElse("&sslMode=disable");
        return "jdbc:mariadb://127.0.0.1:" + settings.port() + "/" + schema + "?createDatabaseIfNotExist=true" + tls;
    }

    public String user() {
        return settings.user();
    }

    public String password() {
        return settings.password();
    }

    private void makeDataDirectory() throws IOException {
        var temporary = settings.directory().resolve("data.new");
        Directories.delete(temporary);
        Files.createDirectory(temporary);
        var process = command(List.of(
                        "--no-defaults",
                        "--bootstrap",
                        "--user=" + System.getProperty("user.name"),
                        "--datadir=" + temporary,
                        "--lc-messages-dir=" + binaries.share(),
                        "--character-sets-dir=" + binaries.share().resolve("charsets"),
                        "--innodb-log-file-size=32M",
                        "--log-warnings=0"))
                .redirectErrorStream(true)
                .redirectOutput(settings.directory().resolve("bootstrap.log").toFile())
                .start();
        try (var statements = process.outputWriter()) {
            statements.write(binaries.systemTables());
            statements.write(accountStatements());
        }
        try {
            if (process.waitFor() != 0) {
                throw new IOException("making the database's system tables failed; see "
                        + settings.directory().resolve("bootstrap.log"));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        Files.move(temporary, data());
    }

    /// One account that may connect from this machine alone; the password travels by standard input.
    private String accountStatements() {
        return """

                flush privileges;
                delete from mysql.global_priv where user in ('', 'root');
                flush privileges;
                create user '%1$s'@'127.0.0.1' identified by '%2$s';
                grant all privileges on *.* to '%1$s'@'127.0.0.1' with grant option;
                flush privileges;
                """.formatted(settings.user(), settings.password());
    }

    private String configurationText() {
        var lines = new ArrayList<String>();
        lines.add("[mariadbd]");
        lines.add("user=" + System.getProperty("user.name"));
        lines.add("datadir=" + data());
        lines.add("pid-file=" + pidFile());
        lines.add("socket=" + settings.directory().resolve("mysqld.sock"));
        lines.add("bind-address=127.0.0.1");
        lines.add("port=" + settings.port());
        lines.add("lc-messages-dir=" + binaries.share());
        lines.add("character-sets-dir=" + binaries.share().resolve("charsets"));
        lines.add("character-set-server=utf8mb4");
        lines.add("collation-server=utf8mb4_bin");
        lines.add("skip-name-resolve");
        lines.add("transaction-isolation=READ-COMMITTED");
        lines.add("open-files-limit=10000");
        lines.add("max-connections=300");
        lines.add("max-allowed-packet=64M");
        lines.add("performance-schema=OFF");
        lines.add("key-buffer-size=1M");
        lines.add("aria-pagecache-buffer-size=8M");
        lines.add("innodb-buffer-pool-size=96M");
        lines.add("innodb-log-file-size=32M");
        lines.add("innodb-flush-log-at-trx-commit=" + (settings.durable() ? 1 : 0));
        settings.tls()
                .ifPresentOrElse(
                        tls -> {
                            lines.add("ssl-ca=" + tls.authority());
                            lines.add("ssl-cert=" + tls.certificate());
                            lines.add("ssl-key=" + tls.key());
                            lines.add("require-secure-transport=ON");
                        },
                        () -> lines.add("skip-ssl"));
        return String.join("\n", lines) + "\n";
    }

    private ProcessBuilder command(List<String> arguments) {
        var command = new ArrayList<String>();
        command.add("setsid");
        command.add(binaries.server().toString());
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    /// Waits until the port answers with MariaDB's greeting.
    private void awaitAnswer(@Nullable Process process) throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()), 1000);
                socket.setSoTimeout(2000);
                if (running().isPresent() && socket.getInputStream().read() > 0) {
                    return;
                }
            } catch (IOException e) {
                log.trace("not yet", e);
            }
            if (process != null && !process.isAlive()) {
                throw new IOException(
                        "the database ended at once; see " + errorLog() + " (is port " + settings.port() + " in use?)");
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("the database does not answer; see " + errorLog());
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    private Path data() {
        return settings.directory().resolve("data");
    }

    private Path configuration() {
        return settings.directory().resolve("my.cnf");
    }

    private Path pidFile() {
        return settings.directory().resolve("pid");
    }

    private Path errorLog() {
        return settings.directory().resolve("error.log");
    }
}
