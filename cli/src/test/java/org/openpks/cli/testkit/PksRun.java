package org.openpks.cli.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openpks.cli.Pks;
import org.openpks.cli.command.Context;
import org.openpks.cli.http.Connections;
import org.openpks.cli.terminal.Terminal;

/// Runs the command in this process, with a home folder of its own.
public final class PksRun {
    /// The instant at which the tests play.
    public static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    /// How a run ended.
    public record Result(int exit, String out, String err) {}

    private final Path home;
    private final Map<String, String> variables = new HashMap<>();
    private String input = "";
    private Terminal.Kind kind = Terminal.Kind.NONE;

    public PksRun(Path home) {
        this.home = home;
    }

    public PksRun variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /// What standard input holds.
    public PksRun input(String text) {
        input = text;
        return this;
    }

    public PksRun kind(Terminal.Kind streams) {
        kind = streams;
        return this;
    }

    /// Logs in to the fake as alana.
    public PksRun loggedIn(FakePks pks) {
        var result = run(
                "login",
                "-a",
                pks.address(),
                "--uaa",
                pks.address(),
                "-u",
                "alana",
                "-p",
                "secret",
                "--ca-cert",
                Keys.LOCALHOST.pem());
        if (result.exit() != 0) {
            throw new IllegalStateException(result.err());
        }
        return this;
    }

    public Result run(String... words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var terminal = new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                out,
                err,
                StandardCharsets.UTF_8,
                kind);
        int exit = Pks.run(
                List.of(words),
                new Context(
                        terminal,
                        variables,
                        home,
                        InstantSource.fixed(NOW),
                        () -> ZoneId.of("America/Los_Angeles"),
                        "/opt/pks/bin/pks",
                        new Connections()));
        return new Result(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
