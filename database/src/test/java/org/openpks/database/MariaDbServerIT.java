package org.openpks.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.kernel.CertificateAuthority;
import org.openpks.kernel.Pem;
import org.openpks.kernel.SecretFiles;

class MariaDbServerIT {

    private static final String PASSWORD = "NotASecret123";

    @TempDir
    Path directory;

    private MariaDbServer server;

    @BeforeEach
    void start() throws Exception {
        server = new MariaDbServer(
                MariaDbBinaries.in(TestDatabase.cache()),
                new MariaDbServer.Settings(
                        directory.resolve("db"),
                        TestDatabase.freePort(),
                        "openpks",
                        PASSWORD,
                        Optional.of(tls()),
                        true));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void keepsWhatWasCommittedWhenItIsKilled() throws Exception {
        update("create table t (id int primary key)");
        update("insert into t values (7)");
        var process = server.running().orElseThrow();
        process.destroyForcibly();
        process.onExit().join();

        server.start();

        try (var connection = DriverManager.getConnection(server.url("test"), server.user(), PASSWORD);
                var rows = connection.createStatement().executeQuery("select id from t")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(7);
        }
    }

    @Test
    void isFoundByASecondStart() {
        var first = server.running().orElseThrow().pid();
        server.start();
        assertThat(server.running().orElseThrow().pid()).isEqualTo(first);
    }

    @Test
    void refusesAWrongPasswordAndAPlainConnection() {
        assertThatThrownBy(() -> DriverManager.getConnection(server.url("test"), server.user(), "wrong"))
                .isInstanceOf(SQLException.class);
        var plain = server.url("test").replaceFirst("sslMode=.*", "sslMode=disable");
        assertThatThrownBy(() -> DriverManager.getConnection(plain, server.user(), PASSWORD))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void keepsItsConfigurationPrivate() throws Exception {
        assertThat(Files.getPosixFilePermissions(directory.resolve("db/my.cnf")))
                .hasToString("[OWNER_READ, OWNER_WRITE]")
                .hasSize(2);
        var commandLine = Files.readString(
                Path.of("/proc", String.valueOf(server.running().orElseThrow().pid()), "cmdline"));
        assertThat(commandLine).doesNotContain(PASSWORD);
    }

    private void update(String statement) throws SQLException {
        try (var connection = DriverManager.getConnection(server.url("test"), server.user(), PASSWORD)) {
            connection.createStatement().executeUpdate(statement);
        }
    }

    private MariaDbServer.Tls tls() {
        var clock = InstantSource.system();
        var authority = CertificateAuthority.create("test", CertificateAuthority.rsa(2048), Duration.ofDays(2), clock);
        var leaf = authority.issue(
                new CertificateAuthority.Leaf(
                        "database", List.of(), List.of("127.0.0.1", "localhost"), true, false, Duration.ofDays(1)),
                CertificateAuthority.rsa(2048));
        SecretFiles.write(directory.resolve("ca.pem"), authority.certificatePem());
        SecretFiles.write(directory.resolve("cert.pem"), leaf.certificatePem());
        SecretFiles.write(directory.resolve("key.pem"), Pem.encode(leaf.key()));
        return new MariaDbServer.Tls(
                directory.resolve("ca.pem"), directory.resolve("cert.pem"), directory.resolve("key.pem"));
    }
}
