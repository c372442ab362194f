package org.openpks.uaa;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openpks.database.TestDatabase;

/// People of a real LDAP server, over TLS.
class LdapIT {

    private static final String BASE = "dc=example,dc=com";
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static InMemoryDirectoryServer ldap;
    private static Map<String, Object> database;
    private static Uaa uaa;

    @BeforeAll
    static void start() throws Exception {
        ldap = server();
        database = TestDatabase.settings("uaa");
        uaa = Uaa.over(database, settings(Map.of()));
        var admin = uaa.adminToken();
        uaa.post("/Groups/External", admin, """
                {"displayName":"pks.clusters.manage","externalGroup":"CN=Operators,ou=groups,dc=example,dc=com",
                "origin":"ldap"}""").expect(201);
    }

    @AfterAll
    static void stop() {
        uaa.close();
        ldap.shutDown(true);
    }

    @Test
    void logsPeopleInAndMapsTheirGroups() throws Exception {
        var login = uaa.password("pks_cli", "nora", "nora's password").expect(200);
        assertThat(login.text("scope")).isEqualTo("pks.clusters.manage");
        var claims = SignedJWT.parse(login.text("access_token")).getJWTClaimsSet();
        assertThat(claims.getStringClaim("origin")).isEqualTo("ldap");
        assertThat(claims.getStringClaim("email")).isEqualTo("nora@example.com");
        uaa.password("pks_cli", "nora", "wrong").error(401, "invalid_client", "Bad credentials");
        uaa.password("pks_cli", "nora", "").error(400, "invalid_request");
        uaa.password("pks_cli", "nobody", "x").error(401, "invalid_client", "Bad credentials");
    }

    @Test
    void namesListedGroupsInIdTokens() throws Exception {
        var login =
                uaa.password("pks_cluster_client", "nora", "nora's password").expect(200);
        var claims = SignedJWT.parse(login.text("id_token")).getJWTClaimsSet();
        // all-staff holds operators, but is not on the list.
        assertThat(claims.getStringListClaim("roles")).containsExactly("cn=operators,ou=groups," + BASE);
        assertThat(claims.getStringListClaim("amr")).containsExactly("ext", "pwd");
    }

    @Test
    void followsGroupsThatChange() throws Exception {
        uaa.post("/Groups/External", uaa.adminToken(), """
                {"displayName":"pks.clusters.admin","externalGroup":"cn=admins,ou=groups,%s"}""".formatted(BASE)).expect(201);
        uaa.password("pks_cli", "omar", "omar's password").error(400, "invalid_scope");
        ldap.modify(
                "dn: cn=admins,ou=groups," + BASE,
                "changetype: modify",
                "add: member",
                "member: cn=omar,ou=people," + BASE);
        assertThat(uaa.password("pks_cli", "omar", "omar's password")
                        .expect(200)
                        .text("scope"))
                .isEqualTo("pks.clusters.admin");
        var user = uaa.get(
                        "/Users?filter=" + Uaa.encode("userName eq \"omar\" and origin eq \"ldap\""), uaa.adminToken())
                .json()
                .get("resources")
                .get(0);
        uaa.put("/Users/" + user.get("id").asString() + "/password", uaa.adminToken(), "{\"password\":\"x\"}")
                .error(400, "invalid_password");
        ldap.modify(
                "dn: cn=admins,ou=groups," + BASE,
                "changetype: modify",
                "delete: member",
                "member: cn=omar,ou=people," + BASE);
        uaa.password("pks_cli", "omar", "omar's password").error(400, "invalid_scope");
    }

    @Test
    void asksItsOwnUsersFirstAndHeedsTheHint() {
        uaa.post("/Users", uaa.adminToken(), """
                {"userName":"pat","password":"internal","emails":[{"value":"pat@x"}]}""").expect(201);
        uaa.password("pks_cluster_client", "pat", "internal").expect(200);
        uaa.password("pks_cluster_client", "pat", "pat's password").expect(200);
        hinted("pat", "internal", "ldap").error(401, "invalid_client");
        hinted("pat", "pat's password", "ldap").expect(200);
        hinted("pat", "pat's password", "uaa").error(401, "invalid_client");
        hinted("pat", "internal", "elsewhere").error(401, "invalid_client");
    }

    @Test
    void letsNoNameWidenTheSearch() {
        for (var name : List.of("*", "nor*", "nora)(cn=*", "*)(|(cn=*", "nora)(!(cn=x", "\\2a", "nora\u0000")) {
            assertThat(uaa.password("pks_cli", name, "nora's password").status())
                    .as(name)
                    .isIn(400, 401);
        }
    }

    @Test
    void saysThatTheServerIsGoneAndLetsInternalUsersIn() {
        var closed = closedPort();
        try (var cut = Uaa.over(database, settings(Map.of("openpks.uaa.ldap.urls", "ldaps://localhost:" + closed)))) {
            var answer = cut.password("pks_cli", "nora", "nora's password").error(503, "server_error");
            assertThat(answer.text("error_description"))
                    .contains("ldaps://localhost:" + closed, "cannot be reached", "Internal users can log in");
            cut.password("pks_cli", "admin", Uaa.ADMIN_PASSWORD).expect(200);
        }
    }

    @Test
    void takesTheNextServerWhenOneIsGone() {
        var urls = "ldaps://localhost:%d,ldaps://localhost:%d".formatted(closedPort(), ldap.getListenPort("tls"));
        try (var spare = Uaa.over(database, settings(Map.of("openpks.uaa.ldap.urls", urls)))) {
            spare.password("pks_cli", "nora", "nora's password").expect(200);
        }
    }

    @Test
    void trustsOnlyTheAuthorityThatItWasGiven() throws Exception {
        var other = new TestAuthority().pem();
        try (var wary = Uaa.over(database, settings(Map.of("openpks.uaa.ldap.ca", other)))) {
            wary.password("pks_cli", "nora", "nora's password").error(503, "server_error");
        }
        try (var mistaken = Uaa.over(database, settings(Map.of("openpks.uaa.ldap.bind-password", "wrong")))) {
            assertThat(mistaken.password("pks_cli", "nora", "nora's password")
                            .error(503, "server_error")
                            .text("error_description"))
                    .contains("openpks.uaa.ldap.bind-dn")
                    .doesNotContain("wrong");
        }
    }

    private static Uaa.Answer hinted(String user, String password, String origin) {
        return uaa.token(
                Uaa.basic("pks_cluster_client", ""),
                Map.of(
                        "grant_type",
                        "password",
                        "username",
                        user,
                        "password",
                        password,
                        "login_hint",
                        "{\"origin\":\"%s\"}".formatted(origin)));
    }

    private static int closedPort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Object> settings(Map<String, Object> more) {
        var settings = new HashMap<String, Object>(Map.of(
                "openpks.uaa.ldap.urls", "ldaps://localhost:" + ldap.getListenPort("tls"),
                "openpks.uaa.ldap.bind-dn", "cn=reader," + BASE,
                "openpks.uaa.ldap.bind-password", "reader's password",
                "openpks.uaa.ldap.user-search-base", "ou=people," + BASE,
                "openpks.uaa.ldap.group-search-base", "ou=groups," + BASE,
                "openpks.uaa.ldap.external-groups-whitelist", "operators,admin*",
                "openpks.uaa.ldap.ca", AUTHORITY.pem()));
        settings.putAll(more);
        return settings;
    }

    private static InMemoryDirectoryServer server() throws Exception {
        var config = new InMemoryDirectoryServerConfig(BASE);
        config.addAdditionalBindCredentials("cn=reader," + BASE, "reader's password");
        config.setSchema(null);
        config.setListenerConfigs(InMemoryListenerConfig.createLDAPSConfig(
                "tls", InetAddress.getLoopbackAddress(), 0, AUTHORITY.server().getServerSocketFactory(), null));
        var server = new InMemoryDirectoryServer(config);
        server.add("dn: " + BASE, "objectClass: domain", "dc: example");
        for (var unit : List.of("people", "groups")) {
            server.add("dn: ou=" + unit + "," + BASE, "objectClass: organizationalUnit", "ou: " + unit);
        }
        for (var name : List.of("nora", "omar", "pat")) {
            server.add(
                    "dn: cn=" + name + ",ou=people," + BASE,
                    "objectClass: person",
                    "cn: " + name,
                    "sn: Example",
                    "mail: " + name + "@example.com",
                    "userPassword: " + name + "'s password");
        }
        group(server, "operators", "cn=nora,ou=people," + BASE);
        group(server, "admins", "cn=nobody,ou=people," + BASE);
        group(server, "all-staff", "cn=operators,ou=groups," + BASE);
        server.startListening();
        return server;
    }

    private static void group(InMemoryDirectoryServer server, String name, String member) throws Exception {
        server.add(
                "dn: cn=" + name + ",ou=groups," + BASE,
                "objectClass: groupOfNames",
                "cn: " + name,
                "member: " + member);
    }
}
