package org.openpks.cli.command;

import java.util.List;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.json.Json;
import org.openpks.cli.session.Proof;
import org.openpks.cli.session.Uaa;

/// The user in a kubeconfig of a cluster that takes UAA's users: kubectl logs in by id tokens, and the API, which knows
/// no passwords, leaves their places empty.
final class ClusterUser {
    private static final String ID_TOKEN = "id-token";

    private ClusterUser() {}

    /// The kubeconfig with fresh tokens of the user, whose password is asked for unless a flag says otherwise.
    /// One with a token of its own stays as it is.
    static Json loggedIn(Json kubeconfig, SsoFlags sso, Context context) {
        var users = kubeconfig.at("users").items();
        if (users.size() != 1) {
            return kubeconfig;
        }
        var entry = users.getFirst();
        var user = entry.at("user");
        var provider = user.at("auth-provider");
        var config = provider.at("config");
        if (!provider.text("name").equals("oidc") || !config.text(ID_TOKEN).isEmpty()) {
            return kubeconfig;
        }
        var session = context.session().session();
        var uaa = new Uaa(session.uaa(), session.trust(), context.connections());
        var issuer = config.text("idp-issuer-url");
        if (!uaa.issuer().equals(issuer)) {
            context.terminal()
                    .print("The cluster takes the users of %s: log in there, and put your tokens into the kubeconfig."
                            .formatted(issuer));
            return kubeconfig;
        }
        var client = config.text("client-id");
        var proof = sso.proof(uaa, client, context)
                .orElseGet(() -> new Proof.Password(entry.text("name"), password(context)));
        var tokens = uaa.idTokens(client, proof);
        var filled =
                config.with(ID_TOKEN, Json.string(tokens.id())).with("refresh-token", Json.string(tokens.refresh()));
        return kubeconfig.with(
                "users",
                Json.array(List.of(entry.with("user", user.with("auth-provider", provider.with("config", filled))))));
    }

    private static String password(Context context) {
        return context.variable("PKS_USER_PASSWORD")
                .or(() -> context.terminal().askSecret("Password: "))
                .orElseThrow(
                        () -> new Failure(
                                "The cluster takes users by password, and nobody can be asked for one: set PKS_USER_PASSWORD."));
    }
}
