package org.openpks.cli.command;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.http.Connections;
import org.openpks.cli.kubeconfig.KubeconfigFile;
import org.openpks.cli.session.CredentialFiles;
import org.openpks.cli.session.LiveSession;
import org.openpks.cli.session.SessionFile;
import org.openpks.cli.terminal.Terminal;

/// What a command is given by its surroundings.
/// @param variables environment variables
/// @param home the user's home folder
/// @param zone in which people read times; asked when there is one to show, because finding out costs 10 ms
/// @param program how another program starts this one
public record Context(
        Terminal terminal,
        Map<String, String> variables,
        Path home,
        InstantSource clock,
        Supplier<ZoneId> zone,
        String program,
        Connections connections) {

    public SessionFile sessionFile() {
        return new SessionFile(variables, home);
    }

    /// The short-lived credentials that programs were given.
    public CredentialFiles credentialFiles() {
        return new CredentialFiles(sessionFile().folder());
    }

    public KubeconfigFile kubeconfig() {
        return new KubeconfigFile(variables, home);
    }

    /// The API of the user's session; fails when there is none.
    public PksApi api() {
        return new PksApi(session());
    }

    public LiveSession session() {
        return new LiveSession(sessionFile(), clock, connections);
    }

    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }
}
