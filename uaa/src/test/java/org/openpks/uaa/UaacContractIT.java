package org.openpks.uaa;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The requests that `uaac` (cf-uaac 5.0.0) sends, as they were recorded, and the whole answers.
class UaacContractIT {

    private static final String JSON = "application/json;charset=utf-8";
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

    /// `uaac target URL`
    @Test
    void target() {
        var answer = send("GET", "/login", "").expect(200);
        assertThat(answer.json().get("prompts").get("username").get(0).asString())
                .isEqualTo("text");
        assertThat(answer.json().get("prompts").get("password")).hasSize(2);
        assertThat(answer.json().get("idpDefinitions").isObject()).isTrue();
        assertThat(answer.text("zone_name")).isEqualTo("uaa");
        assertThat(answer.header("Content-Type")).startsWith("application/json");
    }

    /// `uaac token client get admin -s 'battery staple'`
    @Test
    void tokenClientGet() throws Exception {
        var answer = uaa.send(uaa.request("/oauth/token")
                        .header("X-CF-ENCODED-CREDENTIALS", "true")
                        .header("Authorization", Uaa.basic("admin", "battery+staple"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("grant_type=client_credentials")))
                .expect(200);
        assertThat(answer.json().propertyNames())
                .containsExactly("access_token", "token_type", "expires_in", "scope", "jti");
        assertThat(SignedJWT.parse(answer.text("access_token"))
                        .getJWTClaimsSet()
                        .getStringClaim("client_id"))
                .isEqualTo("admin");
    }

    /// `uaac token owner get`, `uaac token refresh`, `uaac token decode`
    @Test
    void tokenOwnerGetRefreshAndDecode() {
        var login = uaa.token(
                        Uaa.basic("pks_cli", ""),
                        Map.of("grant_type", "password", "username", "admin", "password", Uaa.ADMIN_PASSWORD))
                .expect(200);
        assertThat(login.json().propertyNames())
                .containsExactly("access_token", "token_type", "refresh_token", "expires_in", "scope", "jti");
        var refreshed = uaa.token(
                        Uaa.basic("pks_cli", ""),
                        Map.of("grant_type", "refresh_token", "refresh_token", login.text("refresh_token")))
                .expect(200);
        assertThat(refreshed.text("refresh_token")).isEqualTo(login.text("refresh_token"));
        assertThat(uaa.form(
                                "/check_token",
                                Uaa.basic("admin", Uaa.ADMIN_SECRET),
                                Map.of("token", refreshed.text("access_token")))
                        .expect(200)
                        .text("cid"))
                .isEqualTo("pks_cli");
    }

    /// `uaac user add`, `get`, `update`, `deactivate`, `unlock`, `password set`, `user delete`
    @Test
    void users() {
        var added = send("POST", "/Users", """
                {"userName":"joe","password":"pw","emails":[{"value":"joe@example.com"}],
                "name":{"givenName":"Joe","familyName":"Doe"}}""").expect(201);
        assertThat(added.header("ETag")).isEqualTo("\"0\"");
        var id = added.text("id");
        var user = added.fields();
        assertThat(user)
                .containsOnlyKeys(
                        "id",
                        "meta",
                        "userName",
                        "name",
                        "emails",
                        "groups",
                        "approvals",
                        "active",
                        "verified",
                        "origin",
                        "zoneId",
                        "passwordLastModified",
                        "schemas")
                .containsEntry("userName", "joe")
                .containsEntry("name", Map.of("givenName", "Joe", "familyName", "Doe"))
                .containsEntry("emails", List.of(Map.of("value", "joe@example.com", "primary", false)))
                .containsEntry("active", true)
                .containsEntry("verified", true)
                .containsEntry("origin", "uaa")
                .containsEntry("zoneId", "uaa")
                .containsEntry("schemas", List.of("urn:scim:schemas:core:1.0"));
        assertThat(added.json().get("meta").get("version").isInt()).isTrue();
        assertThat(added.json().get("meta").get("created").asString())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");

        var found = send("GET", "/Users?filter=userName+eq+%22joe%22&startIndex=1", "")
                .expect(200);
        assertThat(found.fields())
                .containsEntry("startIndex", 1)
                .containsEntry("itemsPerPage", 1)
                .containsEntry("totalResults", 1)
                .containsEntry("schemas", List.of("urn:scim:schemas:core:1.0"))
                .containsEntry("resources", List.of(user));

        // Names are asked for; then the whole object comes back.
        var whole = found.json().get("resources").get(0).toString().replace("\"Joe\"", "\"Zoe\"");
        var updated = send("PUT", "/Users/" + id, whole, "if-match", "0").expect(200);
        assertThat(updated.json().get("name").get("givenName").asString()).isEqualTo("Zoe");
        assertThat(updated.header("ETag")).isEqualTo("\"1\"");
        send("PUT", "/Users/" + id, whole, "if-match", "0").error(409, "scim_resource_conflict");

        var named = send("GET", "/Users?attributes=id,userName,origin&filter=userName+eq+%22joe%22", "")
                .expect(200);
        assertThat((named.fields()).get("resources"))
                .isEqualTo(List.of(Map.of("id", id, "userName", "joe", "origin", "uaa")));
        send(
                        "PATCH",
                        "/Users/" + id,
                        "{\"id\":\"%s\",\"userName\":\"joe\",\"name\":{},\"emails\":[{\"value\":\"joe@example.com\"}],\"meta\":{\"version\":1},\"active\":false}"
                                .formatted(id),
                        "if-match",
                        "1")
                .expect(200);
        uaa.password("pks_cli", "joe", "pw").error(401, "invalid_client", "Bad credentials");
        send("PATCH", "/Users/" + id, "{\"active\":true}", "if-match", "2").expect(200);

        assertThat(send("PATCH", "/Users/" + id + "/status", "{\"locked\":false}")
                        .expect(200)
                        .body())
                .isEqualTo("{\"locked\":false}");
        assertThat(send("PUT", "/Users/" + id + "/password", "{\"password\":\"new\"}")
                        .expect(200)
                        .values())
                .isEqualTo(Map.of("status", "ok", "message", "password updated"));
        uaa.password("pks_cluster_client", "joe", "new").expect(200);
        uaa.password("pks_cluster_client", "joe", "pw").error(401, "invalid_client");

        var deleted = uaa.send(HttpRequest.newBuilder(uaa.uri("/Users/" + id))
                .header("Authorization", "bearer " + token)
                .header("Accept", "*/*")
                .DELETE());
        assertThat(deleted.expect(200).text("id")).isEqualTo(id);
        send("GET", "/Users/" + id, "").error(404, "scim_resource_not_found");
    }

    /// `uaac group add`, `member add`, `member delete`
    @Test
    void groupsAndMembers() {
        var user = send("POST", "/Users", "{\"userName\":\"ann\",\"password\":\"pw\",\"emails\":[{\"value\":\"a@x\"}]}")
                .expect(201)
                .text("id");
        var group = send("POST", "/Groups", "{\"displayName\":\"g.ann\"}").expect(201);
        var id = group.text("id");
        assertThat(group.fields()).containsOnlyKeys("id", "meta", "displayName", "zoneId", "members", "schemas");
        send("POST", "/Groups", "{\"displayName\":\"g.ann\"}").error(409, "scim_resource_already_exists");

        var found = send("GET", "/Groups?filter=displayName+eq+%22g.ann%22&startIndex=1", "")
                .expect(200);
        assertThat(found.values().toString()).contains(id);
        send("GET", "/Users?attributes=id,userName,origin&filter=userName+eq+%22ann%22&startIndex=1", "")
                .expect(200);
        var whole = found.json()
                .get("resources")
                .get(0)
                .toString()
                .replace(
                        "\"members\":[]",
                        "\"members\":[{\"type\":\"USER\",\"value\":\"%s\",\"origin\":\"uaa\"}]".formatted(user));
        var joined = send("PUT", "/Groups/" + id, whole, "if-match", "0").expect(200);
        assertThat(joined.json().get("members").get(0).get("value").asString()).isEqualTo(user);
        assertThat(joined.json().get("meta").get("version").asInt()).isEqualTo(1);
        var groups = send("GET", "/Users/" + user, "").json().get("groups");
        assertThat(groups.get(0).toString())
                .isEqualTo("{\"value\":\"%s\",\"display\":\"g.ann\",\"type\":\"DIRECT\"}".formatted(id));
        send("PUT", "/Groups/" + id, "{\"displayName\":\"g.ann\",\"members\":[]}", "if-match", "1")
                .expect(200);
        assertThat(send("GET", "/Groups/" + id + "/members", "").body()).isEqualTo("[]");
    }

    /// `uaac client add`, `get`, `update`, `secret set`, `clients`, `client delete`
    @Test
    void clients() {
        var added = send("POST", "/oauth/clients", """
                {"client_id":"cl","client_secret":"sec","name":"cl","authorized_grant_types":["client_credentials"],
                "authorities":["a"]}""").expect(201);
        var client = added.fields();
        assertThat(client)
                .containsOnlyKeys(
                        "client_id",
                        "name",
                        "scope",
                        "resource_ids",
                        "authorities",
                        "authorized_grant_types",
                        "redirect_uri",
                        "autoapprove",
                        "required_user_groups",
                        "createdwith",
                        "lastModified");
        assertThat(client.get("scope")).isEqualTo(List.of("uaa.none"));
        assertThat(client.get("resource_ids")).isEqualTo(List.of("none"));
        assertThat(client.get("authorities")).isEqualTo(List.of("a"));
        assertThat(added.body()).doesNotContain("sec\"");
        var meta = send("GET", "/oauth/clients/cl/meta", "").expect(200);
        assertThat(meta.fields())
                .containsOnlyKeys("clientId", "clientName", "showOnHomePage", "appLaunchUrl", "appIcon", "createdBy");

        var got = send("GET", "/oauth/clients/cl", "").expect(200);
        var updated = send(
                        "PUT",
                        "/oauth/clients/cl",
                        got.body().replace("\"scope\":[\"uaa.none\"]", "\"scope\":[\"a.b\"]"))
                .expect(200);
        assertThat((updated.fields()).get("scope")).isEqualTo(List.of("a.b"));
        assertThat(send("PUT", "/oauth/clients/cl/secret", "{\"secret\":\"new\"}")
                        .expect(200)
                        .values())
                .isEqualTo(Map.of("status", "ok", "message", "secret updated"));
        uaa.clientToken("cl", "new");
        uaa.token(Uaa.basic("cl", "sec"), Map.of("grant_type", "client_credentials"))
                .error(401, "invalid_client", "Bad credentials");

        var listed = send("GET", "/oauth/clients?startIndex=1", "").expect(200);
        assertThat(listed.json().get("totalResults").asInt())
                .isEqualTo(listed.json().get("resources").size())
                .isGreaterThanOrEqualTo(4);
        assertThat(send("DELETE", "/oauth/clients/cl", "").expect(200).text("client_id"))
                .isEqualTo("cl");
        var gone = send("GET", "/oauth/clients/cl", "").expect(404);
        assertThat(gone.body()).isEmpty();
    }

    /// `uaac group map`, `group mappings`, `group unmap`
    @Test
    void externalGroups() {
        var dn = "cn=operators,ou=groups,dc=example,dc=com";
        var mapped = send("POST", "/Groups/External", """
                {"displayName":"pks.clusters.manage","externalGroup":"%s","schemas":["urn:scim:schemas:core:1.0"],
                "origin":"ldap"}""".formatted(dn)).expect(201);
        var id = mapped.text("groupId");
        var mapping = Map.of(
                "groupId",
                id,
                "displayName",
                "pks.clusters.manage",
                "externalGroup",
                dn,
                "origin",
                "ldap",
                "schemas",
                List.of("urn:scim:schemas:core:1.0"));
        assertThat(mapped.values()).isEqualTo(mapping);
        send("POST", "/Groups/External", "{\"groupId\":\"%s\",\"externalGroup\":\" %s \"}".formatted(id, dn))
                .error(409, "member_already_exists");
        var listed = send("GET", "/Groups/External/list?startIndex=&count=", "").expect(200);
        assertThat(listed.fields().get("resources").toString()).contains(dn);
        // The name stands unquoted in the path.
        var path = "/Groups/External/groupId/%s/externalGroup/%s/origin/ldap".formatted(id, dn);
        assertThat(send("DELETE", path, "").expect(200).values()).isEqualTo(mapping);
        send("DELETE", path, "").error(404, "scim_resource_not_found");

        var odd = "cn=a/b;c\\,d,dc=x";
        send(
                        "POST",
                        "/Groups/External",
                        "{\"groupId\":\"%s\",\"externalGroup\":\"%s\"}".formatted(id, odd.replace("\\", "\\\\")))
                .expect(201);
        send("DELETE", "/Groups/External/groupId/%s/externalGroup/%s/origin/ldap".formatted(id, Uaa.encode(odd)), "")
                .expect(200);
    }

    /// `uaac me`, `signing key`, `user ids`
    @Test
    void lookUps() {
        assertThat(send("GET", "/token_key", "").expect(200).json().propertyNames())
                .contains("kty", "alg", "use", "kid", "value", "n", "e");
        var ids = uaa.get("/ids/Users?attributes=id&filter=userName+eq+%22admin%22", uaa.tokenWith("scim.userids"))
                .expect(200);
        assertThat(ids.json().get("resources").get(0).propertyNames())
                .containsExactlyInAnyOrder("id", "userName", "origin");
    }

    private static Uaa.Answer send(String method, String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(uaa.uri(path))
                .header("authorization", "bearer " + token)
                .header("accept", JSON)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("content-type", JSON);
        }
        return uaa.send(headers.length == 0 ? request : request.headers(headers));
    }
}
