package org.openpks.cli.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.cli.http.Connections;
import org.openpks.cli.session.LiveSession;
import org.openpks.cli.session.SessionFile;
import org.openpks.cli.testkit.Bodies;
import org.openpks.cli.testkit.FakePks;
import org.openpks.cli.testkit.FakePks.Reply;
import org.openpks.cli.testkit.PksRun;

class SessionTests {
    private static final String NOT_LOGGED_IN =
            "Error: You are not currently authenticated. Please log in to continue\n";

    private final FakePks pks = new FakePks();
    private final Connections connections = new Connections();

    @TempDir
    Path home;

    @AfterEach
    void stop() {
        connections.close();
        pks.close();
    }

    private PksRun run() {
        return new PksRun(home);
    }

    @Test
    void renewsAnAccessTokenThatHasEnded() throws IOException {
        pks.on(
                "POST /oauth/token",
                Reply.json(200, FakePks.tokens(FakePks.token(-1), "refresh-1")),
                Reply.json(200, FakePks.tokens(FakePks.token(500), "refresh-2")));
        pks.on("GET /v1/plans", Reply.json(200, Bodies.PLANS));
        assertThat(run().loggedIn(pks).run("plans").exit()).isZero();
        assertThat(pks.requests("POST /oauth/token").getLast().body())
                .isEqualTo("grant_type=refresh_token&client_id=pks_cli&client_secret=&refresh_token=refresh-1");
        assertThat(pks.requests("GET /v1/plans"))
                .singleElement()
                .satisfies(request -> assertThat(request.authorization()).isEqualTo("Bearer " + FakePks.token(500)));
        assertThat(Files.readString(home.resolve(".pks/creds.yml")))
                .contains("refresh_token: refresh-2", FakePks.token(500));
    }

    @Test
    void renewsAnAccessTokenThatTheApiRefuses() {
        run().loggedIn(pks);
        pks.on("POST /oauth/token", Reply.json(200, "{\"access_token\":\"opaque-2\"}"));
        pks.on("GET /v1/plans", Reply.empty(401), Reply.json(200, Bodies.PLANS));
        assertThat(run().run("plans").exit()).isZero();
        assertThat(pks.requests("GET /v1/plans").getLast().authorization()).isEqualTo("Bearer opaque-2");
    }

    private LiveSession begun() {
        run().loggedIn(pks);
        return new LiveSession(new SessionFile(Map.of(), home), InstantSource.fixed(PksRun.NOW), connections);
    }

    private String kept() throws IOException {
        return Files.readString(home.resolve(".pks/creds.yml"));
    }

    @Test
    void leavesTheSessionOfWhoeverLoggedInMeanwhile() throws IOException {
        var session = begun();
        pks.on("POST /oauth/token", Reply.json(200, FakePks.tokens(FakePks.token("other", 600), "refresh-other")));
        assertThat(run().run("login", "-a", pks.address(), "--uaa", pks.address(), "-u", "other", "-p", "x", "-k")
                        .exit())
                .isZero();
        var theirs = kept();
        pks.on("POST /oauth/token", Reply.json(200, FakePks.tokens("mine-2", "refresh-2")));
        session.renew();
        assertThat(session.accessToken()).isEqualTo("mine-2");
        assertThat(kept()).isEqualTo(theirs);
    }

    @Test
    void bringsNoSessionBackThatWasEnded() {
        var session = begun();
        assertThat(run().run("logout").exit()).isZero();
        pks.on("POST /oauth/token", Reply.json(200, FakePks.tokens("mine-2", "refresh-2")));
        session.renew();
        assertThat(home.resolve(".pks/creds.yml")).doesNotExist();
    }

    @Test
    void takesATokenThatAnotherCommandGot() throws IOException {
        var session = begun();
        var another = new LiveSession(new SessionFile(Map.of(), home), InstantSource.fixed(PksRun.NOW), connections);
        pks.on(
                "POST /oauth/token",
                Reply.json(200, FakePks.tokens("another-2", "refresh-2")),
                Reply.json(401, "{\"error\":\"invalid_token\"}"));
        another.renew();
        session.renew();
        assertThat(session.accessToken()).isEqualTo("another-2");
        assertThat(kept()).contains("refresh_token: refresh-2");
    }

    @Test
    void asksForALoginWhenTheRefreshTokenHasEndedToo() {
        run().loggedIn(pks);
        pks.on("POST /oauth/token", Reply.json(401, "{\"error\":\"invalid_token\",\"error_description\":\"expired\"}"));
        pks.on("GET /v1/plans", Reply.empty(401));
        assertThat(run().run("plans")).isEqualTo(new PksRun.Result(1, "", NOT_LOGGED_IN));
    }

    @Test
    void asksForALoginWhenEvenAFreshTokenIsRefused() {
        run().loggedIn(pks);
        pks.on("GET /v1/plans", Reply.empty(401));
        assertThat(run().run("plans").err()).isEqualTo(NOT_LOGGED_IN);
        assertThat(pks.requests("GET /v1/plans")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: b: c",
                "- list",
                "just words",
                "api: localhost",
                "access_token: x",
                "api: http://x\naccess_token: y",
                "api: x\naccess_token: y\nca_cert: nonsense",
                "\u0000"
            })
    void saysThatTheSessionFileIsBroken(String content) throws IOException {
        Files.createDirectories(home.resolve(".pks"));
        Files.writeString(home.resolve(".pks/creds.yml"), content);
        var result = run().run("plans");
        assertThat(result.exit()).isOne();
        assertThat(result.err())
                .startsWith("Error: The session file %s is broken (".formatted(home.resolve(".pks/creds.yml")))
                .endsWith("). Run 'pks login' to write it anew.\n")
                .hasLineCount(1);
        assertThat(run().loggedIn(pks).run("logout").exit()).isZero();
    }

    @Test
    void treatsAnEmptySessionFileAsBroken() throws IOException {
        Files.createDirectories(home.resolve(".pks"));
        Files.writeString(home.resolve(".pks/creds.yml"), "");
        assertThat(run().run("plans").err()).contains("the key api is missing");
    }

    @Test
    void saysThatTheSessionFileIsAFolder() throws IOException {
        Files.createDirectories(home.resolve(".pks/creds.yml"));
        assertThat(run().run("plans").err()).startsWith("Error: The file ").hasLineCount(1);
    }

    @Test
    void readsAHandWrittenSession() throws IOException {
        run().loggedIn(pks);
        var file = home.resolve(".pks/creds.yml");
        Files.writeString(file, "# mine\n" + Files.readString(file).replace("access_token: ", "access_token:   "));
        pks.on("GET /v1/plans", Reply.json(200, "[]"));
        assertThat(run().run("plans").out()).isEqualTo("Name  ID  Description\n");
    }
}
