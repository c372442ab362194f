package org.openpks.uaa;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.openpks.uaa.client.Client;
import org.openpks.uaa.client.Clients;
import org.openpks.uaa.group.Group;
import org.openpks.uaa.group.Groups;
import org.openpks.uaa.policy.Passwords;
import org.openpks.uaa.user.User;
import org.openpks.uaa.user.Users;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Makes what PKS finds in a fresh UAA (Enterprise PKS 1.7 documentation, `manage-users`): the groups, the
/// clients `pks_cli`, `pks_cluster_client` and `admin`, and the first administrator. Groups, the client `admin`
/// and users that are there stay as they are; the two clients follow the settings at each start, but keep their
/// secrets.
@Component
@Order(1)
class Bootstrap implements ApplicationRunner {

    private static final Logger log = LoggerFactory.getLogger(Bootstrap.class);

    /// The documentation calls the read scope by two names.
    private static final List<String> PKS_SCOPES = List.of(
            "pks.clusters.admin", "pks.clusters.admin-read-only", "pks.clusters.admin.read", "pks.clusters.manage");

    private static final List<String> ADMINISTRATOR_GROUPS =
            List.of("pks.clusters.admin", "pks.clusters.admin.read", "pks.clusters.manage");

    /// UAA's own groups.
    private static final List<String> UAA_GROUPS = List.of(
            "clients.admin",
            "clients.read",
            "clients.secret",
            "clients.write",
            "groups.update",
            "idps.read",
            "idps.write",
            "scim.create",
            "scim.read",
            "scim.userids",
            "scim.write",
            "tokens.list",
            "tokens.revoke",
            "uaa.admin",
            "uaa.resource");

    /// Where a command or `kubectl` plug-in on the user's own machine listens (RFC 8252, 7.3).
    private static final List<String> LOOPBACK =
            List.of("http://localhost:*", "http://localhost:*/**", "http://127.0.0.1:*", "http://127.0.0.1:*/**");

    private final UaaSettings settings;
    private final Clients clients;
    private final Users users;
    private final Groups groups;
    private final Passwords passwords;
    private final InstantSource clock;

    Bootstrap(
            UaaSettings settings,
            Clients clients,
            Users users,
            Groups groups,
            Passwords passwords,
            InstantSource clock) {
        this.settings = settings;
        this.clients = clients;
        this.users = users;
        this.groups = groups;
        this.passwords = passwords;
        this.clock = clock;
    }

    @Override
    @Transactional
    public void run(ApplicationArguments arguments) {
        refuseSaml();
        Stream.concat(PKS_SCOPES.stream(), UAA_GROUPS.stream()).forEach(this::addGroup);
        put(forUsers("pks_cli", PKS_SCOPES));
        put(forUsers("pks_cluster_client", List.of("openid", "profile", "roles", "uaa.user")));
        if (clients.find("admin").isEmpty()) {
            clients.addIfMissing(administrator());
        }
        for (var client : settings.clients()) {
            if (clients.find(client.id()).isEmpty()) {
                clients.addIfMissing(forItself(client.id(), client.id(), client.secret(), client.authorities()));
            }
        }
        if (users.findByName(settings.adminUser(), Users.INTERNAL).isEmpty()) {
            addAdministrator();
        }
    }

    /// There is no release of OpenSAML that can be had by Maven's ordinary way.
    private void refuseSaml() {
        var saml = Optional.ofNullable(settings.saml()).orElse(Map.of());
        if (!saml.isEmpty()) {
            throw new IllegalArgumentException(
                    "The setting openpks.uaa.saml.%s is there, but this UAA has no SAML. Take it out, and configure openpks.uaa.oidc or openpks.uaa.ldap instead"
                            .formatted(new TreeSet<>(saml.keySet()).first()));
        }
        log.info("SAML identity providers are not available; LDAP and OpenID Connect are");
    }

    private void addGroup(String name) {
        var now = clock.instant();
        groups.addIfMissing(new Group(UUID.randomUUID().toString(), name, "", 0, now, now, List.of()));
    }

    private void put(Client client) {
        if (!clients.addIfMissing(client)) {
            clients.update(client);
        }
    }

    private Client forUsers(String id, List<String> scopes) {
        var redirects = Stream.concat(
                        LOOPBACK.stream(), settings.redirectUris().stream().map(String::valueOf))
                .toList();
        return new Client(
                id,
                id,
                List.of(""),
                List.of("authorization_code", "password", "refresh_token"),
                scopes,
                List.of("uaa.none"),
                redirects,
                List.of("none"),
                Client.AutoApprove.ALL,
                Optional.empty(),
                List.of(),
                false,
                OptionalInt.of(settings.accessTokenSeconds()),
                OptionalInt.of(settings.refreshTokenSeconds()),
                UUID.randomUUID().toString(),
                "",
                Client.Meta.NONE,
                clock.instant());
    }

    private Client administrator() {
        return forItself(
                "admin",
                "Pks Uaa Management Admin Client",
                settings.adminClientSecret(),
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
                        "pks.clusters.manage"));
    }

    private Client forItself(String id, String name, String secret, List<String> authorities) {
        return new Client(
                id,
                name,
                List.of(passwords.hash(secret)),
                List.of("client_credentials"),
                List.of("uaa.none"),
                authorities,
                List.of(),
                List.of("none"),
                Client.AutoApprove.NONE,
                Optional.empty(),
                List.of(),
                false,
                OptionalInt.empty(),
                OptionalInt.empty(),
                UUID.randomUUID().toString(),
                "",
                Client.Meta.NONE,
                clock.instant());
    }

    private void addAdministrator() {
        var now = clock.instant();
        var user = new User(
                UUID.randomUUID().toString(),
                settings.adminUser(),
                Users.INTERNAL,
                User.Profile.of(settings.adminUser()),
                new User.Password(
                        passwords.hash(settings.adminPassword()),
                        UUID.randomUUID().toString(),
                        now,
                        false),
                true,
                true,
                0,
                now,
                now,
                Optional.empty(),
                Optional.empty(),
                List.of());
        if (users.addIfMissing(user)) {
            ADMINISTRATOR_GROUPS.forEach(name -> groups.findByName(name)
                    .ifPresent(group -> groups.join(
                            group.id(), new Group.Member(user.id(), Group.Member.Type.USER, Users.INTERNAL))));
        }
    }
}
