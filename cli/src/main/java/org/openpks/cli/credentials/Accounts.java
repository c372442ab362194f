package org.openpks.cli.credentials;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.http.Answer;
import org.openpks.cli.http.Connections;
import org.openpks.cli.http.Trust;
import org.openpks.cli.json.Json;
import org.openpks.cli.session.KubernetesCredential.Account;

/// Accounts of people in clusters that take no users of a provider. The PKS API makes one with a token for a year;
/// that token is used once, to get one for an hour (the cluster's TokenRequest), and is kept nowhere.
final class Accounts {
    private static final Duration LIFE = Duration.ofHours(1);
    private static final String ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts/";
    private static final String GRANTS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/openpks:binding:";

    private final Connections connections;

    Accounts(Connections connections) {
        this.connections = connections;
    }

    /// The account in a kubeconfig of the API, with a token that ends soon.
    Account of(Json kubeconfig) {
        var user = kubeconfig.at("users").items().getFirst();
        var cluster = kubeconfig.at("clusters").items().getFirst().at("cluster");
        var authority = new String(
                Base64.getMimeDecoder().decode(cluster.text("certificate-authority-data")), StandardCharsets.UTF_8);
        var account = new Account(
                user.text("name"),
                URI.create(cluster.text("server")),
                new Trust.Authority(authority),
                user.at("user").text("token"),
                Instant.MAX);
        if (account.token().isEmpty()) {
            throw new Failure("The PKS API sent credentials that are not a kubeconfig.");
        }
        return renewed(account)
                .orElseThrow(() -> new Failure("The cluster's API refused the account that was made for you."));
    }

    /// The account with its next token; nothing when the cluster no longer takes the present one.
    Optional<Account> renewed(Account account) {
        var request = Json.object(Map.of(
                "apiVersion", "authentication.k8s.io/v1",
                "kind", "TokenRequest",
                "spec", Json.object(Map.of("expirationSeconds", LIFE.toSeconds()))));
        var answer = send(account, "POST", ACCOUNTS + account.identity() + "/token", Optional.of(request));
        if (answer.status() == 401 || answer.status() == 403 || answer.status() == 404) {
            return Optional.empty();
        }
        var status = answer.json().at("status");
        if (!answer.isSuccess() || status.text("token").isEmpty()) {
            throw answer.foreign("no token");
        }
        try {
            return Optional.of(new Account(
                    account.identity(),
                    account.server(),
                    account.trust(),
                    status.text("token"),
                    Instant.parse(status.text("expirationTimestamp"))));
        } catch (DateTimeException e) {
            throw answer.foreign("a token without an end");
        }
    }

    /// Takes an earlier account out of the cluster; one that is gone already is fine.
    /// @param present another account, with a token that is good
    void remove(String identity, Account present) {
        send(present, "DELETE", GRANTS + identity, Optional.empty());
        send(present, "DELETE", ACCOUNTS + identity, Optional.empty());
    }

    private Answer send(Account account, String method, String path, Optional<Json> body) {
        return connections
                .to("Kubernetes API", account.trust())
                .send(
                        method,
                        account.server().resolve(path),
                        Map.of("Authorization", "Bearer " + account.token(), "Content-Type", "application/json"),
                        body.map(json -> BodyPublishers.ofString(json.toString())));
    }
}
