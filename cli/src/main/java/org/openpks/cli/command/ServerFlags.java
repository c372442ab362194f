package org.openpks.cli.command;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.file.InputFile;
import org.openpks.cli.http.Trust;
import org.openpks.cli.session.ApiAddress;
import picocli.CommandLine.Option;

/// The flags that say where the PKS API is, and whom to believe that it is the one.
public final class ServerFlags {
    @Option(
            names = {"-a", "--api"},
            paramLabel = "string",
            description = "Address of the PKS API: HOST, https://HOST or https://HOST:PORT (default: $PKS_API)")
    @Nullable
    String api;

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

    @Option(
            names = "--uaa",
            paramLabel = "string",
            description = "Address of the UAA (default: port 8443 of the API's host)")
    @Nullable
    String uaa;

    /// Where to log in.
    public record Server(ApiAddress api, URI uaa, Trust trust) {}

    /// True when neither a flag nor the environment names an API.
    public boolean missing(Context context) {
        return address(context).isEmpty();
    }

    /// What was given by flags, or by the environment.
    public Server server(Context context) {
        if (skipVerification) {
            context.terminal()
                    .printError("Flag --skip-ssl-verification has been deprecated, use --skip-ssl-validation instead");
        }
        var endpoint = ApiAddress.parse(address(context).orElseThrow());
        var login = Optional.ofNullable(uaa)
                .or(() -> api == null ? context.variable("UAA_URL") : Optional.empty())
                .map(ApiAddress::parseUaa)
                .orElseGet(endpoint::usualUaa);
        return new Server(endpoint, login, trust(context));
    }

    private Optional<String> address(Context context) {
        return Optional.ofNullable(api).or(() -> context.variable("PKS_API"));
    }

    private Trust trust(Context context) {
        if (skipValidation || skipVerification) {
            return new Trust.Anyone();
        }
        return Optional.ofNullable(caCert)
                .or(() -> context.variable("PKS_CA_CERT"))
                .<Trust>map(
                        given -> new Trust.Authority(given.startsWith("-----BEGIN") ? given : InputFile.read(given)))
                .orElseGet(Trust.System::new);
    }
}
