package org.openpks.cli.credentials;

import java.util.List;
import java.util.Optional;
import org.openpks.cli.json.Json;
import org.openpks.cli.session.Uaa.IdTokens;

/// The user in a kubeconfig of a cluster that takes the users of an OpenID provider. The API, which knows no passwords,
/// leaves the places of the tokens empty.
/// @param issuer the provider
/// @param client for whom id tokens must be meant
record OidcUser(String name, String issuer, String client, Json kubeconfig) {
    private static final String ID_TOKEN = "id-token";

    /// Nothing when the user has credentials already.
    static Optional<OidcUser> of(Json kubeconfig) {
        var users = kubeconfig.at("users").items();
        if (users.size() != 1) {
            return Optional.empty();
        }
        var entry = users.getFirst();
        var provider = entry.at("user").at("auth-provider");
        var config = provider.at("config");
        if (!provider.text("name").equals("oidc") || !config.text(ID_TOKEN).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new OidcUser(entry.text("name"), config.text("idp-issuer-url"), config.text("client-id"), kubeconfig));
    }

    /// The kubeconfig with the tokens in it.
    Json with(IdTokens tokens) {
        var entry = kubeconfig.at("users").items().getFirst();
        var user = entry.at("user");
        var provider = user.at("auth-provider");
        var config = provider.at("config")
                .with(ID_TOKEN, Json.string(tokens.id()))
                .with("refresh-token", Json.string(tokens.refresh()));
        return kubeconfig.with(
                "users",
                Json.array(List.of(entry.with("user", user.with("auth-provider", provider.with("config", config))))));
    }
}
