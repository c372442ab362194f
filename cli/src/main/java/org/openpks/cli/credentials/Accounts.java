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
import java.util.regex.Pattern;
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
    private static final Pattern IDENTITY = Pattern.compile("[a-z0-9-]{1,63}");
    private static final String ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts/";
    private static final String GRANTS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/openpks:binding:";

    private final Connections connections;

    Accounts(Connections connections) {
        this.connections = connections;
    }

    /// The account in a kubeconfig of the API, with a token that ends soon.
    Account of(Json kubeconfig) {
        return renewed(named(kubeconfig))
                .orElseThrow(() -> new Failure("The cluster's API refused the account that was made for you."));
    }

    private static Account named(Json kubeconfig) {
        var user = only(kubeconfig, "users");
        var cluster = only(kubeconfig, "clusters").at("cluster");
        var identity = user.text("name");
        var token = user.at("user").text("token");
        if (!IDENTITY.matcher(identity).matches() || token.isEmpty()) {
            throw noKubeconfig();
        }
        try {
            var authority = Base64.getMimeDecoder().decode(cluster.text("certificate-authority-data"));
            var trust = new Trust.Authority(new String(authority, StandardCharsets.UTF_8));
            return new Account(identity, URI.create(cluster.text("server")), trust, token, Instant.MAX);
        } catch (IllegalArgumentException e) {
            throw noKubeconfig();
        }
    }

    private static Json only(Json kubeconfig, String section) {
        var entries = kubeconfig.at(section).items();
        if (entries.size() != 1) {
            throw noKubeconfig();
        }
        return entries.getFirst();
    }

    private static Failure noKubeconfig() {
        return new Failure("The PKS API sent credentials that are not a kubeconfig.");
    }

    /// The account with its next token; nothing when the cluster no longer takes the present one.
    Optional<Account> renewed(Account account) {
        var request = Json.object(Map.of("apiVersion", "authentication.k8s.io/v1"))
                .with("kind", Json.string("TokenRequest"))
                .with("spec", Json.object(Map.of("expirationSeconds", LIFE.toSeconds())));
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
                .toCluster(account.trust())
                .send(
                        method,
                        account.server().resolve(path),
                        Map.of("Authorization", "Bearer " + account.token(), "Content-Type", "application/json"),
                        body.map(json -> BodyPublishers.ofString(json.toString())));
    }
}
