package org.openpks.cli.command;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.http.Connections;
import org.openpks.cli.kubeconfig.KubeconfigFile;
import org.openpks.cli.session.LiveSession;
import org.openpks.cli.session.SessionFile;
import org.openpks.cli.terminal.Terminal;

/// What a command is given by its surroundings.
/// @param variables environment variables
/// @param home the user's home folder
public record Context(
        Terminal terminal, Map<String, String> variables, Path home, InstantSource clock, Connections connections) {
    SessionFile sessionFile() {
        return new SessionFile(variables, home);
    }

    KubeconfigFile kubeconfig() {
        return new KubeconfigFile(variables, home);
    }

    /// The API of the user's session; fails when there is none.
    PksApi api() {
        return new PksApi(session());
    }

    LiveSession session() {
        return new LiveSession(sessionFile(), clock, connections);
    }

    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }
}
