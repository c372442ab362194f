package org.openpks.cli.login;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.ServerFlags;
import org.openpks.cli.command.SsoFlags;
import org.openpks.cli.command.Usage;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.session.Proof;
import org.openpks.cli.session.Session;
import org.openpks.cli.session.Uaa;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "login",
        description = {
            "The session is kept in ~/.pks/creds.yml, or in the folder that $PKS_HOME names. A password that is not given is",
            "asked for; without a terminal it is read from standard input.",
            "",
            "What is not given by a flag is taken from the environment, as 'bin/pks-server env' prints it: PKS_API, PKS_USER,",
            "PKS_PASSWORD, PKS_CA_CERT (a path, or the certificate itself), and with PKS_API also UAA_URL."
        })
final class LoginCommand extends PksCommand {
    private static final String COMMAND = "login";

    @Mixin
    ServerFlags server = new ServerFlags();

    @Option(
            names = {"-u", "--username"},
            paramLabel = "string",
            description = "User name (default: $PKS_USER)")
    @Nullable
    String username;

    @Option(
            names = {"-p", "--password"},
            paramLabel = "string",
            description = "Password (default: $PKS_PASSWORD)")
    @Nullable
    String password;

    @Option(names = "--client-name", paramLabel = "string", description = "Log in as a client: its name")
    @Nullable
    String clientName;

    @Option(names = "--client-secret", paramLabel = "string", description = "Log in as a client: its secret")
    @Nullable
    String clientSecret;

    @Mixin
    SsoFlags ssoFlags = new SsoFlags();

    @Override
    public void run(Context context) {
        boolean asClient = clientName != null || clientSecret != null;
        refuseTwoWays(asClient);
        var user = or(username, context, "PKS_USER");
        require(context, user, asClient);
        var target = server.server(context);
        var uaa = new Uaa(target.uaa(), target.trust(), context.connections());
        var proof = ssoFlags.proof(uaa, Uaa.CLIENT, context);
        if (proof.isPresent()) {
            var tokens = uaa.logIn(proof.get());
            var name = tokens.userName().orElse("");
            save(context, new Session(target.api(), target.uaa(), target.trust(), name, tokens));
            return;
        }
        var name = asClient ? String.valueOf(clientName) : user.orElseThrow();
        var tokens = asClient
                ? uaa.clientCredentials(name, String.valueOf(clientSecret))
                : uaa.logIn(new Proof.Password(name, password(context)));
        save(context, new Session(target.api(), target.uaa(), target.trust(), name, tokens));
    }

    private void refuseTwoWays(boolean asClient) {
        var ways = new ArrayList<>(ssoFlags.given());
        if (asClient) {
            ways.add("--client-name");
        }
        if (username != null || password != null) {
            ways.add("--username");
        }
        if (ways.size() > 1) {
            throw new Failure(
                    "The flags %s are different ways to log in; give one.".formatted(String.join(" and ", ways)));
        }
    }

    private void require(Context context, Optional<String> user, boolean asClient) {
        var missing = new ArrayList<String>();
        if (server.missing(context)) {
            missing.add("api");
        }
        if (asClient && clientName == null) {
            missing.add("client-name");
        }
        if (asClient && clientSecret == null) {
            missing.add("client-secret");
        }
        if (!asClient && ssoFlags.given().isEmpty() && user.isEmpty()) {
            missing.add("username");
        }
        if (!missing.isEmpty()) {
            throw Usage.missing(COMMAND, missing);
        }
    }

    private String password(Context context) {
        return or(password, context, "PKS_PASSWORD")
                .or(() -> context.terminal().askSecret("Password: "))
                .orElseThrow(() -> Usage.missing(COMMAND, List.of("password")));
    }

    private static void save(Context context, Session session) {
        context.sessionFile().write(session);
        context.terminal().print("API Endpoint: " + session.api().display());
        context.terminal().print("User: " + Text.line(session.username()));
        context.terminal().print("Login successful.");
    }

    private static Optional<String> or(@Nullable String flag, Context context, String variable) {
        return Optional.ofNullable(flag).or(() -> context.variable(variable));
    }
}
