package org.openpks.cli.command;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.file.PrivateFile;
import org.openpks.cli.http.Trust;
import org.openpks.cli.session.ApiAddress;
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
    @Option(
            names = {"-a", "--api"},
            paramLabel = "string",
            description = "Address of the PKS API: HOST, https://HOST or https://HOST:PORT (default: $PKS_API)")
    @Nullable
    String api;

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

    @Option(
            names = "--ca-cert",
            paramLabel = "string",
            description = "Path to the certificate of the CA that signed the API's certificate (default: $PKS_CA_CERT)")
    @Nullable
    String caCert;

    @Option(
            names = {"-k", "--skip-ssl-validation"},
            description = "Skip the check of the API's certificate (not recommended)")
    boolean skipValidation;

    @Option(names = "--skip-ssl-verification", hidden = true)
    boolean skipVerification;

    @Option(names = "--client-name", paramLabel = "string", description = "Log in as a client: its name")
    @Nullable
    String clientName;

    @Option(names = "--client-secret", paramLabel = "string", description = "Log in as a client: its secret")
    @Nullable
    String clientSecret;

    @Mixin
    SsoFlags ssoFlags = new SsoFlags();

    @Option(
            names = "--uaa",
            paramLabel = "string",
            description = "Address of the UAA (default: port 8443 of the API's host)")
    @Nullable
    String uaa;

    @Override
    void run(Context context) {
        boolean asClient = clientName != null || clientSecret != null;
        boolean bySso = !ssoFlags.given().isEmpty();
        refuseTwoWays(asClient);
        var address = or(api, context, "PKS_API");
        var user = or(username, context, "PKS_USER");
        require(address, user, asClient, bySso);
        if (skipVerification) {
            context.terminal()
                    .printError("Flag --skip-ssl-verification has been deprecated, use --skip-ssl-validation instead");
        }
        var endpoint = ApiAddress.parse(address.orElseThrow());
        var uaaAddress = Optional.ofNullable(uaa)
                .or(() -> api == null ? context.variable("UAA_URL") : Optional.empty())
                .map(ApiAddress::parseUaa)
                .orElseGet(endpoint::usualUaa);
        var trust = trust(context);
        var server = new Uaa(uaaAddress, trust, context.connections());
        var proof = ssoFlags.proof(server, Uaa.CLIENT, context);
        if (proof.isPresent()) {
            var tokens = server.logIn(proof.get());
            save(
                    context,
                    new Session(endpoint, uaaAddress, trust, tokens.userName().orElse(""), tokens));
            return;
        }
        var name = asClient ? String.valueOf(clientName) : user.orElseThrow();
        var tokens = asClient
                ? server.clientCredentials(name, String.valueOf(clientSecret))
                : server.logIn(new Proof.Password(name, password(context)));
        save(context, new Session(endpoint, uaaAddress, trust, name, tokens));
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

    private void require(Optional<String> address, Optional<String> user, boolean asClient, boolean bySso) {
        var missing = new ArrayList<String>();
        if (address.isEmpty()) {
            missing.add("api");
        }
        if (asClient && clientName == null) {
            missing.add("client-name");
        }
        if (asClient && clientSecret == null) {
            missing.add("client-secret");
        }
        if (!asClient && !bySso && user.isEmpty()) {
            missing.add("username");
        }
        if (!missing.isEmpty()) {
            throw UsageFailure.missing("login", missing);
        }
    }

    private String password(Context context) {
        return or(password, context, "PKS_PASSWORD")
                .or(() -> context.terminal().askSecret("Password: "))
                .orElseThrow(() -> UsageFailure.missing("login", List.of("password")));
    }

    private Trust trust(Context context) {
        if (skipValidation || skipVerification) {
            return new Trust.Anyone();
        }
        return or(caCert, context, "PKS_CA_CERT")
                .<Trust>map(given -> new Trust.Authority(given.startsWith("-----BEGIN") ? given : read(given)))
                .orElseGet(Trust.System::new);
    }

    private static String read(String path) {
        try {
            return new PrivateFile(Path.of(path))
                    .read()
                    .orElseThrow(() -> new Failure("There is no CA certificate at %s.".formatted(path)));
        } catch (InvalidPathException e) {
            throw new Failure("There is no CA certificate at %s.".formatted(path), e);
        }
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
