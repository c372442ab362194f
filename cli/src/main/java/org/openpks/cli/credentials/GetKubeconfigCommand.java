package org.openpks.cli.credentials;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.command.ClusterNameConverter;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.ServerFlags;
import org.openpks.cli.command.SsoFlags;
import org.openpks.cli.command.Usage;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.json.Json;
import org.openpks.cli.session.OneToken;
import org.openpks.cli.session.Proof;
import org.openpks.cli.session.Tokens;
import org.openpks.cli.session.Uaa;
import org.openpks.cli.session.Uaa.IdTokens;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "get-kubeconfig",
        description = {
            "For users of clusters who have no rights at the PKS API: nothing is granted, so an administrator of the cluster",
            "binds roles to you (kind: User, name: oidc:YOU). No 'pks login' is needed before, and your session stays as it is.",
            "",
            "The password is asked for, or taken from PKS_USER_PASSWORD. With --exec the file gets no token, as with",
            "'pks get-credentials --exec'."
        })
final class GetKubeconfigCommand extends PksCommand {
    /// The UAA's public client for kubectl; its secret is empty.
    private static final String CLIENT = "pks_cluster_client";

    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Mixin
    ServerFlags serverFlags = new ServerFlags();

    @Option(
            names = {"-u", "--username"},
            paramLabel = "string",
            description = "User name (default: $PKS_USER)")
    @Nullable
    String username;

    @Option(
            names = {"-p", "--password"},
            paramLabel = "string",
            description = "Password (default: $PKS_USER_PASSWORD, else it is asked for)")
    @Nullable
    String password;

    @Mixin
    SsoFlags ssoFlags = new SsoFlags();

    @Option(names = "--exec", description = "Have kubectl ask pks for short-lived tokens, instead of keeping one")
    boolean exec;

    @Override
    public void run(Context context) {
        require(context);
        var server = serverFlags.server(context);
        var uaa = new Uaa(server.uaa(), server.trust(), context.connections());
        var proof = ssoFlags.proof(uaa, CLIENT, context).orElseGet(() -> password(context));
        var tokens = uaa.idTokens(CLIENT, proof);
        var person =
                Tokens.userName(tokens.access()).orElseGet(() -> user(context).orElse(""));
        context.terminal().print("Fetching kubeconfig for cluster %s and user %s.".formatted(name, Text.line(person)));
        var api = new PksApi(new OneToken(server.api(), server.trust(), tokens.access(), context.connections()));
        var kubeconfig = api.kubeconfig(name, person);
        context.kubeconfig().merge(filled(kubeconfig, server, uaa, tokens, person, context));
        context.terminal().print("You can now use the kubeconfig for user %s:".formatted(Text.line(person)));
        context.terminal().print("$kubectl config use-context %s".formatted(name));
    }

    private Json filled(
            Json kubeconfig, ServerFlags.Server server, Uaa uaa, IdTokens tokens, String person, Context context) {
        var user = OidcUser.of(kubeconfig);
        boolean ours = user.isPresent()
                && user.get().client().equals(CLIENT)
                && user.get().issuer().equals(uaa.issuer());
        if (exec) {
            if (!ours) {
                throw new Failure("Cluster %s does not take the users of this UAA: leave out --exec.".formatted(name));
            }
            new ExecTokens(server.api(), name, context).keepLogin(server.uaa(), server.trust(), CLIENT, tokens);
            return ExecUser.in(kubeconfig, server.api(), name, person, context);
        }
        return ours ? user.get().with(tokens) : kubeconfig;
    }

    private void require(Context context) {
        var ways = new ArrayList<>(ssoFlags.given());
        if (username != null || password != null) {
            ways.add("--username");
        }
        if (ways.size() > 1) {
            throw new Failure(
                    "The flags %s are different ways to log in; give one.".formatted(String.join(" and ", ways)));
        }
        var missing = new ArrayList<String>();
        if (serverFlags.missing(context)) {
            missing.add("api");
        }
        if (ssoFlags.given().isEmpty() && user(context).isEmpty()) {
            missing.add("username");
        }
        if (!missing.isEmpty()) {
            throw Usage.missing("get-kubeconfig", missing);
        }
    }

    private Optional<String> user(Context context) {
        return Optional.ofNullable(username).or(() -> context.variable("PKS_USER"));
    }

    private Proof password(Context context) {
        var secret = Optional.ofNullable(password)
                .or(() -> context.variable("PKS_USER_PASSWORD"))
                .or(() -> context.terminal().askSecret("Password: "))
                .orElseThrow(() -> Usage.missing("get-kubeconfig", List.of("password")));
        return new Proof.Password(user(context).orElseThrow(), secret);
    }
}
