package org.openpks.uaa;

import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.openpks.uaa.client.Client;
import org.openpks.uaa.client.Clients;
import org.openpks.uaa.token.Passwords;
import org.openpks.uaa.user.User;
import org.openpks.uaa.user.Users;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Makes what PKS finds in a fresh UAA (Enterprise PKS 1.7 documentation, `manage-users`): the clients `pks_cli`,
/// `pks_cluster_client` and `admin`, and the first administrator. What is there already stays as it is.
@Component
class Bootstrap implements ApplicationRunner {

    private static final List<String> PKS_SCOPES =
            List.of("pks.clusters.admin", "pks.clusters.admin.read", "pks.clusters.manage");

    private final UaaSettings settings;
    private final Clients clients;
    private final Users users;
    private final Passwords passwords;

    Bootstrap(UaaSettings settings, Clients clients, Users users, Passwords passwords) {
        this.settings = settings;
        this.clients = clients;
        this.users = users;
        this.passwords = passwords;
    }

    @Override
    @Transactional
    public void run(ApplicationArguments arguments) {
        clients.addIfMissing(forUsers("pks_cli", List.of("password", "refresh_token"), PKS_SCOPES));
        clients.addIfMissing(forUsers(
                "pks_cluster_client", List.of("password", "refresh_token"), List.of("openid", "roles", "uaa.user")));
        if (clients.find("admin").isEmpty()) {
            clients.addIfMissing(administrator());
        }
        if (users.findByName(settings.adminUser(), Users.INTERNAL).isEmpty()) {
            addAdministrator();
        }
    }

    private Client forUsers(String id, List<String> grants, List<String> scopes) {
        return new Client(
                id,
                id,
                "",
                grants,
                scopes,
                List.of("uaa.none"),
                List.of(),
                OptionalInt.of(settings.accessTokenSeconds()),
                OptionalInt.of(settings.refreshTokenSeconds()),
                UUID.randomUUID().toString());
    }

    private Client administrator() {
        return new Client(
                "admin",
                "Pks Uaa Management Admin Client",
                passwords.hash(settings.adminClientSecret()),
                List.of("client_credentials"),
                List.of("uaa.none"),
                List.of(
                        "clients.admin",
                        "clients.read",
                        "clients.write",
                        "clients.secret",
                        "scim.read",
                        "scim.write",
                        "uaa.admin",
                        "uaa.resource",
                        "pks.clusters.admin",
                        "pks.clusters.manage"),
                List.of(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                UUID.randomUUID().toString());
    }

    private void addAdministrator() {
        var user = new User(
                UUID.randomUUID().toString(),
                settings.adminUser(),
                Users.INTERNAL,
                passwords.hash(settings.adminPassword()),
                UUID.randomUUID().toString(),
                settings.adminUser(),
                true,
                true);
        if (users.addIfMissing(user)) {
            PKS_SCOPES.forEach(scope -> users.join(user.id(), scope));
        }
    }
}
