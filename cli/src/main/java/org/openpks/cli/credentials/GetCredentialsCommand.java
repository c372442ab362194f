package org.openpks.cli.credentials;

import java.util.Optional;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.command.ClusterNameConverter;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.SsoFlags;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.json.Json;
import org.openpks.cli.session.LiveSession;
import org.openpks.cli.session.Proof;
import org.openpks.cli.session.Uaa;
import org.openpks.cli.session.Uaa.IdTokens;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "get-credentials",
        description = {
            "The credentials are merged into the first file of $KUBECONFIG, or ~/.kube/config, and the cluster becomes",
            "kubectl's current context. Everything else in the file stays.",
            "",
            "Where clusters take UAA's users, your password is asked for, or taken from PKS_USER_PASSWORD;",
            "by single sign-on a code is asked for, or a browser opened.",
            "",
            "With --exec the file gets no token: kubectl asks 'pks exec-credential' for one whenever it needs it, and what",
            "that keeps under ~/.pks ends within an hour, or with your log-in."
        })
final class GetCredentialsCommand extends PksCommand {
    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Mixin
    SsoFlags ssoFlags = new SsoFlags();

    @Option(names = "--exec", description = "Have kubectl ask pks for short-lived tokens, instead of keeping one")
    boolean exec;

    @Override
    public void run(Context context) {
        var terminal = context.terminal();
        var session = context.session();
        var api = new PksApi(session);
        terminal.print("Fetching credentials for cluster %s.".formatted(name));
        var kubeconfig = api.bind(name);
        var user = OidcUser.of(kubeconfig);
        context.kubeconfig()
                .merge(exec ? asking(kubeconfig, user, session, context) : holding(kubeconfig, user, session, context));
        terminal.print("Context set for cluster %s.".formatted(name));
        terminal.print("");
        terminal.print("You can now switch between clusters by using:");
        terminal.print("$kubectl config use-context <cluster-name>");
    }

    /// A kubeconfig with tokens in it.
    private Json holding(Json kubeconfig, Optional<OidcUser> user, LiveSession session, Context context) {
        if (user.isEmpty()) {
            return kubeconfig;
        }
        var tokens = logIn(user.get(), session, context);
        if (tokens.isEmpty()) {
            context.terminal()
                    .print("The cluster takes the users of %s: log in there, and put your tokens into the kubeconfig."
                            .formatted(user.get().issuer()));
        }
        return tokens.map(user.get()::with).orElse(kubeconfig);
    }

    /// A kubeconfig that names this program; the first tokens are laid ready.
    private Json asking(Json kubeconfig, Optional<OidcUser> user, LiveSession session, Context context) {
        var store = new ExecTokens(session.api(), name, context);
        if (user.isEmpty()) {
            store.keepAccount(kubeconfig);
        } else {
            var tokens = logIn(user.get(), session, context)
                    .orElseThrow(() -> new Failure(
                            "The cluster takes the users of %s, whom only kubectl's own plug-ins can log in: leave out --exec."
                                    .formatted(user.get().issuer())));
            store.keepLogin(
                    session.session().uaa(),
                    session.session().trust(),
                    user.get().client(),
                    tokens);
        }
        return ExecUser.in(kubeconfig, session.api(), name, session.session().username(), context);
    }

    /// Fresh tokens of the user; nothing when the cluster takes the users of somebody else.
    private Optional<IdTokens> logIn(OidcUser user, LiveSession live, Context context) {
        var session = live.session();
        var uaa = new Uaa(session.uaa(), session.trust(), context.connections());
        if (!uaa.issuer().equals(user.issuer())) {
            return Optional.empty();
        }
        var proof = ssoFlags.proof(uaa, user.client(), context)
                .orElseGet(() -> new Proof.Password(user.name(), password(context)));
        return Optional.of(uaa.idTokens(user.client(), proof));
    }

    private static String password(Context context) {
        return context.variable("PKS_USER_PASSWORD")
                .or(() -> context.terminal().askSecret("Password: "))
                .orElseThrow(
                        () -> new Failure(
                                "The cluster takes users by password, and nobody can be asked for one: set PKS_USER_PASSWORD."));
    }
}
