package org.openpks.cli.credentials;

import java.net.URI;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.command.Context;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.http.Trust;
import org.openpks.cli.json.Json;
import org.openpks.cli.session.ApiAddress;
import org.openpks.cli.session.CredentialFiles;
import org.openpks.cli.session.KubernetesCredential;
import org.openpks.cli.session.KubernetesCredential.Account;
import org.openpks.cli.session.KubernetesCredential.Login;
import org.openpks.cli.session.LiveSession;
import org.openpks.cli.session.Tokens;
import org.openpks.cli.session.Uaa;
import org.openpks.cli.session.Uaa.IdTokens;

/// The tokens that kubectl gets for one cluster. What is kept on disk ends by itself: an id token and the refresh
/// token behind it with the log-in, an account's token within an hour.
final class ExecTokens {
    private final ApiAddress api;
    private final ClusterName cluster;
    private final Context context;
    private final CredentialFiles files;
    private final Accounts accounts;

    ExecTokens(ApiAddress api, ClusterName cluster, Context context) {
        if (!cluster.isAddressable()) {
            throw new Failure("Cluster %s not found".formatted(cluster));
        }
        this.api = api;
        this.cluster = cluster;
        this.context = context;
        this.files = context.credentialFiles();
        this.accounts = new Accounts(context.connections());
    }

    /// Keeps the tokens of a log-in at the UAA.
    void keepLogin(URI uaa, Trust trust, String client, IdTokens tokens) {
        files.alone(() -> write(login(uaa, trust, client, tokens)));
    }

    /// Keeps the account that the API made, with a token for an hour.
    void keepAccount(Json kubeconfig) {
        files.alone(() -> account(kubeconfig));
    }

    /// A token that is good for some requests.
    KubernetesCredential current() {
        return files.read(api, cluster.value())
                .filter(kept -> kept.isFresh(context.clock()))
                .orElseGet(() -> files.alone(this::next));
    }

    /// Another process may have renewed it in the meantime.
    private KubernetesCredential next() {
        return switch (files.read(api, cluster.value()).orElse(null)) {
            case KubernetesCredential kept when kept.isFresh(context.clock()) -> kept;
            case Login login -> renewed(login);
            case Account account ->
                account.ends().isAfter(context.clock().instant())
                        ? accounts.renewed(account)
                                .<KubernetesCredential>map(this::write)
                                .orElseGet(this::bound)
                        : bound();
            case null -> bound();
        };
    }

    private KubernetesCredential renewed(Login login) {
        var tokens = new Uaa(login.uaa(), login.trust(), context.connections())
                .refresh(login.client(), login.refresh())
                .orElseThrow(() -> again("Your log-in at cluster %s has ended.".formatted(cluster)));
        return write(login(login.uaa(), login.trust(), login.client(), tokens));
    }

    /// A new account by the session of this machine.
    private KubernetesCredential bound() {
        var session = new LiveSession(context.sessionFile(), context.clock(), context.connections());
        if (!session.api().equals(api)) {
            throw again("Cluster %s belongs to the PKS API at %s, and you are logged in at %s."
                    .formatted(cluster, api.display(), session.api().display()));
        }
        var kubeconfig = new PksApi(session).bind(cluster);
        if (OidcUser.of(kubeconfig).isPresent()) {
            throw again("You are not logged in at cluster %s.".formatted(cluster));
        }
        return account(kubeconfig);
    }

    /// Takes over the account in the kubeconfig. The one before it is taken out of the cluster, so that they do not
    /// gather there.
    private Account account(Json kubeconfig) {
        var before = files.read(api, cluster.value());
        var account = accounts.of(kubeconfig);
        write(account);
        if (before.orElse(null) instanceof Account old && !old.identity().equals(account.identity())) {
            accounts.remove(old.identity(), account);
        }
        return account;
    }

    private Login login(URI uaa, Trust trust, String client, IdTokens tokens) {
        var ends = Tokens.ends(tokens.id()).orElseGet(() -> context.clock().instant());
        return new Login(uaa, trust, client, tokens.id(), ends, tokens.refresh());
    }

    private <T extends KubernetesCredential> T write(T credential) {
        files.write(api, cluster.value(), credential);
        return credential;
    }

    private Failure again(String why) {
        return new Failure(
                "%s Log in to the PKS API, then run 'pks get-credentials %s --exec'.".formatted(why, cluster));
    }
}
