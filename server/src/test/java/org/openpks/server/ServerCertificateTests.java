package org.openpks.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCertificateTests {

    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

    @TempDir
    Path directory;

    @Test
    void staysAsLongAsItFitsAndKeepsItsAuthorityWhenItIsRenewed() throws Exception {
        var home = new Home(directory, directory);
        var first = ensure(home, "localhost", NOW);
        var authority = Files.readString(home.tls("ca.pem"));

        assertThat(ensure(home, "localhost", NOW.plus(Duration.ofDays(600)))).isEqualTo(first);
        assertThat(ensure(home, "pks.example.com", NOW)).as("another name").isNotEqualTo(first);
        var second = Files.readString(home.tls("server.pem"));
        assertThat(ensure(home, "pks.example.com", NOW.plus(Duration.ofDays(720))))
                .as("about to end")
                .isNotEqualTo(second);
        assertThat(Files.readString(home.tls("ca.pem"))).isEqualTo(authority);
    }

    @Test
    void keepsKeysPrivate() throws Exception {
        var home = new Home(directory, directory);
        ensure(home, "localhost", NOW);
        for (var file : new String[] {"ca-key.pem", "server-key.pem"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.tls(file))))
                    .isEqualTo("rw-------");
        }
    }

    private static String ensure(Home home, String name, Instant now) throws Exception {
        return Files.readString(
                ServerCertificate.ensure(home, name, InstantSource.fixed(now)).certificate());
    }
}
