package org.openpks.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.cli.testkit.FakePks;
import org.openpks.cli.testkit.FakePks.Reply;
import org.openpks.cli.testkit.Keys;
import org.openpks.cli.testkit.PksRun;

/// What the golden file does not show.
class DoctorTests {
    private final FakePks pks = new FakePks();

    @TempDir
    Path home;

    private Path session;

    @BeforeEach
    void login() {
        new PksRun(home).loggedIn(pks);
        session = home.resolve(".pks/creds.yml");
        pks.on("GET /.well-known/openid-configuration", Reply.json(200, "{}"));
        pks.on("GET /v1/clusters", Reply.json(200, "[]"));
    }

    @AfterEach
    void stop() {
        pks.close();
    }

    private void finds(String... lines) {
        var result = new PksRun(home).run("doctor");
        assertThat(result.exit()).isOne();
        assertThat(result.out().replaceAll("  +", "  ")).contains(lines).doesNotContain("refresh-1", "e30.");
        assertThat(result.err()).matches("Error: [0-9]+ checks? found (a problem|problems)\\.\n");
    }

    private void answersAt(FakePks other) throws IOException {
        Files.writeString(session, Files.readString(session).replace(":" + pks.port(), ":" + other.port()));
    }

    @Test
    void seesASessionThatOthersCanRead() throws IOException {
        Files.setPosixFilePermissions(session, PosixFilePermissions.fromString("rw-r--r--"));
        finds("problem  session  %s can be read or written by others\n  -> run 'chmod 600 %s'"
                .formatted(session, session));
    }

    @Test
    void seesABrokenSession() throws IOException {
        Files.writeString(session, "api: x\n");
        finds(
                "problem  session  The session file %s is broken".formatted(session),
                "skipped  API  there is no session");
    }

    @Test
    void seesThatNothingAnswers() {
        pks.close();
        finds(
                "skipped  certificate  the API must answer first\n",
                "skipped  clocks  the API must answer first\n",
                "problem  UAA  No connection to the UAA at " + pks.address(),
                "skipped  token  the servers must answer first\n",
                "problem  API  No connection to the PKS API at " + pks.address());
    }

    @Test
    void looksAtTheUaaWhenTheApiDoesNotAnswer() throws IOException {
        try (var other = new FakePks()) {
            var text = Files.readString(session);
            Files.writeString(session, text.replaceFirst(":" + pks.port(), ":" + other.port()));
        }
        finds("ok  UAA  %s answers\n".formatted(pks.address()), "problem  API  No connection to the PKS API at ");
    }

    @Test
    void seesANameThatNobodyKnows() throws IOException {
        Files.writeString(session, Files.readString(session).replace("localhost", "no-such-host.invalid"));
        finds(
                "problem  address  the host name no-such-host.invalid is not known\n",
                "skipped  UAA  the address must be known first\n");
    }

    @Test
    void seesAWrongAuthority() throws IOException {
        try (var other = new FakePks(Keys.ELSEWHERE)) {
            answersAt(other);
            finds("problem  certificate  The certificate of", "is not signed by a CA you trust", "skipped  clocks");
        }
    }

    @Test
    void seesAnUncheckedCertificate() throws IOException {
        Files.writeString(
                session, Files.readString(session).replaceFirst("(?s)ca_cert:.*", "skip_ssl_validation: true\n"));
        finds("problem  certificate  the certificate of %s is not checked\n".formatted(pks.address()));
    }

    @Test
    void seesAUaaThatIsNone() {
        pks.on("GET /.well-known/openid-configuration", Reply.empty(404));
        finds("problem  UAA  %s answered HTTP 404 with no description of itself.".formatted(pks.address()));
    }

    @Test
    void seesATokenThatHasEnded() throws IOException {
        Files.writeString(session, Files.readString(session).replace(FakePks.token(600), FakePks.token(-5)));
        pks.on("POST /oauth/token", Reply.json(401, "{\"error\":\"invalid_token\"}"));
        finds("problem  token  your session has ended\n  -> run 'pks login'\n", "skipped  API");
    }

    @Test
    void seesATokenWithoutRights() throws IOException {
        Files.writeString(session, Files.readString(session).replace(FakePks.token(600), "opaque"));
        finds("problem  token  it has no scope of PKS\n");
    }

    @Test
    void seesAnApiThatFails() {
        pks.on("GET /v1/clusters", Reply.refusal(500, "The database is full."));
        finds("problem  API  The database is full.\n");
    }
}
