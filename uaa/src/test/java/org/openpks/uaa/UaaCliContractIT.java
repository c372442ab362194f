package org.openpks.uaa;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The requests that `uaa` (uaa-cli 0.21.0, by go-uaa 0.4.2) and the `bosh` CLI send, as they were recorded.
class UaaCliContractIT {

    private static Uaa uaa;
    private static String token;

    @BeforeAll
    static void start() {
        uaa = Uaa.start(Map.of());
        token = uaa.adminToken();
    }

    @AfterAll
    static void stop() {
        uaa.close();
    }

    /// `uaa target URL`
    @Test
    void target() {
        var info = uaa.get("/info").expect(200);
        assertThat(info.json().get("app").get("version").asString()).isNotEmpty();
        assertThat(info.json().get("links").get("uaa").isString()).isTrue();
    }

    /// `uaa get-client-credentials-token`, `get-password-token`, and `refresh-token`, which asks twice
    @Test
    void tokens() {
        var client = uaa.send(uaa.request("/oauth/token")
                        .header("X-CF-ENCODED-CREDENTIALS", "true")
                        .header("Authorization", Uaa.basic("admin", "battery+staple"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("grant_type=client_credentials&token_format=jwt")))
                .expect(200);
        assertThat(client.json().get("expires_in").asInt()).isEqualTo(43_200);
        var user = uaa.token(
                        Uaa.basic("pks_cli", ""),
                        Map.of(
                                "client_id", "pks_cli",
                                "grant_type", "password",
                                "username", "admin",
                                "password", Uaa.ADMIN_PASSWORD,
                                "token_format", "jwt"))
                .expect(200);
        for (int i = 0; i < 2; i++) {
            uaa.form(
                            "/oauth/token?token_format=jwt",
                            Uaa.basic("pks_cli", ""),
                            Map.of("grant_type", "refresh_token", "refresh_token", user.text("refresh_token")))
                    .expect(200);
        }
    }

    /// `uaa create-user`, `update-user`, `deactivate-user`, `unlock-user`, `delete-user`
    @Test
    void users() {
        var created = send("POST", "/Users", """
                {"password":"pw","userName":"joe","name":{"familyName":"f","givenName":"g"},
                "emails":[{"value":"joe@x","primary":true}]}""").expect(201);
        var id = created.text("id");
        var found = send("GET", "/Users?count=100&filter=userName+eq+%22joe%22&startIndex=1", "")
                .expect(200);
        assertThat(found.json().get("resources").get(0).get("id").asString()).isEqualTo(id);
        send(
                        "PUT",
                        "/Users/" + id,
                        "{\"id\":\"%s\",\"meta\":{},\"userName\":\"joe\",\"name\":{\"givenName\":\"h\"},\"emails\":[{\"value\":\"joe@y\"}]}"
                                .formatted(id),
                        "If-Match",
                        "*")
                .expect(200);
        var deactivated = send("PATCH", "/Users/" + id, "{\"active\":false}", "If-Match", "1")
                .expect(200);
        assertThat(deactivated.json().get("active").asBoolean()).isFalse();
        assertThat(deactivated.json().get("meta").get("version").asInt()).isEqualTo(2);
        assertThat(deactivated.json().get("emails").get(0).get("value").asString())
                .isEqualTo("joe@y");
        uaa.send(HttpRequest.newBuilder(uaa.uri("/Users/" + id + "/status"))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .header("If-Match", "0")
                        .method("PATCH", BodyPublishers.ofString("{\"locked\":false}")))
                .expect(200);
        assertThat(send("DELETE", "/Users/" + id, "", "If-Match", "*")
                        .expect(200)
                        .text("userName"))
                .isEqualTo("joe");
    }

    /// `uaa create-group`, `add-member`, `remove-member`
    @Test
    void members() {
        var user = send("POST", "/Users", "{\"userName\":\"bob\",\"emails\":[{\"value\":\"b@x\"}],\"password\":\"p\"}")
                .expect(201)
                .text("id");
        var group = send("POST", "/Groups", "{\"displayName\":\"g.bob\"}")
                .expect(201)
                .text("id");
        var member = "{\"origin\":\"uaa\",\"type\":\"USER\",\"value\":\"%s\"}".formatted(user);
        assertThat(send("POST", "/Groups/" + group + "/members", member)
                        .expect(201)
                        .values())
                .isEqualTo(Map.of("origin", "uaa", "type", "USER", "value", user));
        send("POST", "/Groups/" + group + "/members", member).error(409, "member_already_exists");
        send("POST", "/Groups/" + group + "/members", member.replace(user, "nobody"))
                .error(404, "scim_resource_not_found");
        assertThat(send("GET", "/Groups/%s/members/%s".formatted(group, user), "")
                        .expect(200)
                        .text("value"))
                .isEqualTo(user);
        send("DELETE", "/Groups/%s/members/%s".formatted(group, user), member).expect(200);
        send("DELETE", "/Groups/%s/members/%s".formatted(group, user), member).error(404, "member_not_found");
    }

    /// `uaa create-client`, `update-client` with only what changes, `set-client-secret`, `list-clients`,
    /// `delete-client`
    @Test
    void clients() {
        send("POST", "/oauth/clients", """
                {"client_id":"go","client_secret":"sec","authorized_grant_types":["client_credentials"],"authorities":["x.y"]}""").expect(201);
        var updated = send("PUT", "/oauth/clients/go", "{\"client_id\":\"go\",\"access_token_validity\":77}")
                .expect(200);
        assertThat(updated.fields()).extracting("authorities").isEqualTo(List.of("x.y"));
        assertThat(updated.json().get("access_token_validity").asInt()).isEqualTo(77);
        send("PUT", "/oauth/clients/go/secret", "{\"clientId\":\"go\",\"secret\":\"two\"}")
                .expect(200);
        assertThat(uaa.token(Uaa.basic("go", "two"), Map.of("grant_type", "client_credentials"))
                        .expect(200)
                        .json()
                        .get("expires_in")
                        .asInt())
                .isEqualTo(77);
        assertThat(send("GET", "/oauth/clients?count=100&sortOrder=ascending&startIndex=1", "")
                        .expect(200)
                        .json()
                        .get("itemsPerPage")
                        .asInt())
                .isGreaterThanOrEqualTo(4);
        send("DELETE", "/oauth/clients/go", "").expect(200);
    }

    /// `uaa map-group`, `list-group-mappings`, `unmap-group`
    @Test
    void mappings() {
        var group = send("GET", "/Groups?count=100&filter=displayName+eq+%22pks.clusters.admin%22&startIndex=1", "")
                .json()
                .get("resources")
                .get(0)
                .get("id")
                .asString();
        send("POST", "/Groups/External", """
                {"groupId":"%s","externalGroup":"cn=ops,dc=x","origin":"ldap"}""".formatted(group)).expect(201);
        assertThat(send("GET", "/Groups/External?count=100&startIndex=1", "")
                        .json()
                        .get("totalResults")
                        .asInt())
                .isEqualTo(1);
        send("DELETE", "/Groups/External/groupId/%s/externalGroup/cn=ops,dc=x/origin/ldap".formatted(group), "")
                .expect(200);
    }

    /// `bosh log-in`: as a client, then as a user of the client that operators register for it by
    /// `uaa create-client bosh_cli -s ""`, which leaves the secret out
    @Test
    void boshLogIn() {
        uaa.send(HttpRequest.newBuilder(uaa.uri("/oauth/token"))
                        .header("Authorization", Uaa.basic("admin", Uaa.ADMIN_SECRET))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("grant_type=client_credentials")))
                .expect(200);
        send("POST", "/oauth/clients", """
                {"client_id":"bosh_cli","authorized_grant_types":["password","refresh_token"],
                "scope":["openid","bosh.admin","bosh.*.admin"],"authorities":["uaa.none"],
                "access_token_validity":120,"refresh_token_validity":86400}""").expect(201);
        uaa.send(uaa.request("/login")
                        .header("Authorization", Uaa.basic("bosh_cli", ""))
                        .GET())
                .expect(200);
        var login = uaa.token(
                        Uaa.basic("bosh_cli", ""),
                        Map.of("grant_type", "password", "username", "admin", "password", Uaa.ADMIN_PASSWORD))
                .expect(200);
        assertThat(login.text("token_type")).isEqualTo("bearer");
        assertThat(login.text("refresh_token")).isNotEmpty();
        uaa.token(
                        Uaa.basic("bosh_cli", ""),
                        Map.of("grant_type", "refresh_token", "refresh_token", login.text("refresh_token")))
                .expect(200);
    }

    private static Uaa.Answer send(String method, String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(uaa.uri(path))
                .header("User-Agent", "go-uaa")
                .header("Accept", "application/json")
                .header("Authorization", "Bearer " + token)
                .header("X-Identity-Zone-Id", "")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return uaa.send(headers.length == 0 ? request : request.headers(headers));
    }
}
