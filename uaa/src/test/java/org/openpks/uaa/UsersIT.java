package org.openpks.uaa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules of the APIs for users and groups.
class UsersIT {

    private static Uaa uaa;
    private static String admin;

    @BeforeAll
    static void start() {
        uaa = Uaa.start(Map.of(
                "openpks.uaa.password-policy.min-length", 4,
                "openpks.uaa.password-policy.require-digit", 1));
        admin = uaa.adminToken();
    }

    @AfterAll
    static void stop() {
        uaa.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|invalid_scim_resource|A username must be provided.",
                "{'userName':'  ','emails':[{'value':'x'}]}|invalid_scim_resource|A username must be provided.",
                "{'userName':'a;b','emails':[{'value':'x'}]}|invalid_scim_resource|Username must match pattern",
                "{'userName':'bad'}|invalid_scim_resource|An email must be provided.",
                "{'userName':'bad','emails':[]}|invalid_scim_resource|An email must be provided.",
                "{'userName':'bad','emails':[{'value':''}]}|invalid_scim_resource|An email must be provided.",
                "{'userName':'bad','emails':[{'value':'x'},{'value':'y'}]}|invalid_scim_resource|Exactly one email must be provided.",
                "{'userName':'bad','emails':'x'}|invalid_scim_resource|emails must be an array of objects.",
                "{'userName':'bad','emails':[{'value':'x'}],'password':'abc'}|invalid_password|Password must be at least 4 characters in length.,Password must contain at least 1 digit characters.",
                "{'userName':'bad','emails':[{'value':'x'}],'active':'yes'}|invalid_scim_resource|active must be true or false.",
                "7|invalid_scim_resource|The request body must be a JSON object."
            })
    void refusesUsersThatMakeNoSense(String body, String error, String why) {
        var answer = uaa.post("/Users", admin, body.replace('\'', '"')).error(400, error);
        assertThat(answer.text("error_description")).startsWith(why);
        assertThat(answer.text("message")).isEqualTo(answer.text("error_description"));
    }

    @Test
    void refusesASecondUserOfTheName() {
        var id = add("twin").text("id");
        var answer = uaa.post("/Users", admin, user("TWIN")).error(409, "scim_resource_already_exists");
        assertThat(answer.text("user_id")).isEqualTo(id);
        assertThat(answer.json().get("active").asBoolean()).isTrue();
        // Another provider's user may be called the same.
        uaa.post("/Users", admin, user("twin").replace("{\"userName\"", "{\"origin\":\"ldap\",\"userName\""))
                .expect(201);
        uaa.post("/Users", admin, user("x".repeat(256))).error(400, "invalid_scim_resource");
    }

    @Test
    void wantsTheVersionThatTheCallerSaw() {
        var id = add("version").text("id");
        var body = user("version");
        uaa.put("/Users/" + id, admin, body).error(400, "scim", "Missing If-Match for PUT");
        uaa.put("/Users/" + id, admin, body, "If-Match", "x").error(400, "scim");
        uaa.put("/Users/" + id, admin, body, "If-Match", "\"0\"").expect(200);
        uaa.put("/Users/" + id, admin, body, "If-Match", "0")
                .error(
                        409,
                        "scim_resource_conflict",
                        "Attempt to update a user (%s) with wrong version: expected=1 but found=0".formatted(id));
        uaa.put("/Users/" + UUID.randomUUID(), admin, body, "If-Match", "*").error(404, "scim_resource_not_found");
    }

    @Test
    void patchesAndClears() {
        var id = add("patch").text("id");
        uaa.patch("/Users/" + id, admin, "{\"name\":{\"givenName\":\"A\",\"familyName\":\"B\"}}", "If-Match", "*")
                .expect(200);
        var cleared = uaa.patch(
                        "/Users/" + id, admin, "{\"meta\":{\"attributes\":[\"name.familyName\"]}}", "If-Match", "*")
                .expect(200);
        assertThat(cleared.json().get("name").toString()).isEqualTo("{\"givenName\":\"A\"}");
        uaa.patch("/Users/" + id, admin, "{\"meta\":{\"attributes\":[\"userName\"]}}", "If-Match", "*")
                .error(400, "invalid_scim_resource");
    }

    @Test
    void letsUsersReadThemselvesAndChangeTheirNames() {
        var id = add("self").text("id");
        var token = userToken("self");
        uaa.get("/Users/" + id, token).expect(200);
        uaa.get("/Users", token).error(403, "insufficient_scope");
        uaa.get("/Users/" + UUID.randomUUID(), token).error(403, "insufficient_scope");
        uaa.patch("/Users/" + id, token, "{\"name\":{\"givenName\":\"Me\"}}", "If-Match", "*")
                .expect(200);
        var mine = userToken("self");
        uaa.patch("/Users/" + id, mine, "{\"emails\":[{\"value\":\"other@x\"}]}", "If-Match", "*")
                .error(403, "access_denied");
        uaa.delete("/Users/" + id, mine).error(403, "insufficient_scope");
    }

    @Test
    void changesPasswords() {
        var id = add("pass").text("id");
        var path = "/Users/" + id + "/password";
        uaa.post(
                        "/oauth/clients",
                        admin,
                        "{\"client_id\":\"self-service\",\"client_secret\":\"\",\"authorized_grant_types\":[\"password\"],\"scope\":[\"password.write\"]}")
                .expect(201);
        var token = uaa.password("self-service", "pass", "old1").expect(200).text("access_token");
        uaa.put(path, token, "{\"password\":\"new1\"}").error(401, "unauthorized", "Old password is incorrect");
        uaa.put(path, token, "{\"oldPassword\":\"old1\",\"password\":\"new\"}").error(400, "invalid_password");
        uaa.put(path, token, "{\"oldPassword\":\"old1\",\"password\":\"old1\"}").error(422, "invalid_password");
        uaa.put("/Users/" + UUID.randomUUID() + "/password", token, "{\"password\":\"new1\"}")
                .error(403, "insufficient_scope");
        uaa.put(path, token, "{\"oldPassword\":\"old1\",\"password\":\"new1\"}").expect(200);
        uaa.get("/Users/" + id, token).error(401, "invalid_token");
        uaa.password("self-service", "pass", "new1").expect(200);
    }

    @Test
    void asksForANewPassword() {
        var id = add("flagged").text("id");
        uaa.patch("/Users/" + id + "/status", admin, "{\"locked\":true}").error(400, "invalid_scim_resource");
        uaa.patch("/Users/" + id + "/status", admin, "{}").error(400, "invalid_scim_resource");
        uaa.patch("/Users/" + id + "/status", admin, "{\"passwordChangeRequired\":true}")
                .expect(200);
        uaa.password("pks_cluster_client", "flagged", "old1").error(401, "unauthorized", "password change required");
        uaa.put("/Users/" + id + "/password", admin, "{\"password\":\"new1\"}").expect(200);
        uaa.password("pks_cluster_client", "flagged", "new1").expect(200);
    }

    @Test
    void verifiesAccounts() {
        var id = uaa.post(
                        "/Users",
                        admin,
                        user("unverified").replace("{\"userName\"", "{\"verified\":false,\"userName\""))
                .expect(201)
                .text("id");
        uaa.password("pks_cluster_client", "unverified", "old1").error(403, "access_denied", "Account not verified");
        assertThat(uaa.get("/Users/" + id + "/verify", admin)
                        .expect(200)
                        .json()
                        .get("verified")
                        .asBoolean())
                .isTrue();
        uaa.password("pks_cluster_client", "unverified", "old1").expect(200);
    }

    @Test
    void pages() {
        for (int i = 0; i < 5; i++) {
            add("page" + i);
        }
        var filter = "&filter=" + Uaa.encode("userName sw \"page\"");
        var page = uaa.get("/Users?startIndex=3&count=2&sortBy=userName" + filter, admin)
                .expect(200);
        assertThat(page.json().get("totalResults").asInt()).isEqualTo(5);
        assertThat(page.json().get("itemsPerPage").asInt()).isEqualTo(2);
        assertThat(page.json().get("resources").get(0).get("userName").asString())
                .isEqualTo("page2");
        uaa.get("/Users?startIndex=99" + filter, admin).expect(200);
        uaa.get("/Users?count=many", admin).error(400, "scim");
        var all = uaa.get("/Users?startIndex=&count=", admin).expect(200);
        assertThat(all.json().get("startIndex").asInt()).isEqualTo(1);
    }

    @Test
    void filtersWithoutHarm() {
        uaa.get("/Users?filter=" + Uaa.encode("userName eq \"x' or '1'='1\""), admin)
                .expect(200);
        assertThat(uaa.get("/Users?filter=" + Uaa.encode("userName eq \"x\\\" or id pr or userName eq \\\"\""), admin)
                        .expect(200)
                        .json()
                        .get("totalResults")
                        .asInt())
                .isZero();
        uaa.get("/Users?filter=" + Uaa.encode("userName eq x; drop table user_account"), admin)
                .error(400, "scim");
        uaa.get("/Users?filter=" + Uaa.encode("salt pr"), admin)
                .error(400, "scim", "Invalid filter expression: [salt pr]");
        uaa.get("/Groups?filter=" + Uaa.encode("displayName eq"), admin).error(400, "scim");
    }

    @Test
    void neverShowsPasswords() {
        add("secretive");
        assertThat(uaa.get("/Users?filter=" + Uaa.encode("userName eq \"secretive\""), admin)
                        .body())
                .doesNotContainIgnoringCase("password\"")
                .doesNotContain("$2a$")
                .doesNotContain("salt");
    }

    @Test
    void countsMembershipByWayOfGroups() {
        var user = add("nested").text("id");
        var inner = group("inner.scope");
        var outer = group("outer.scope");
        uaa.post("/Groups/" + inner + "/members", admin, "{\"value\":\"%s\"}".formatted(user))
                .expect(201);
        uaa.post("/Groups/" + outer + "/members", admin, "{\"type\":\"GROUP\",\"value\":\"%s\"}".formatted(inner))
                .expect(201);
        uaa.post("/Groups/" + inner + "/members", admin, "{\"type\":\"GROUP\",\"value\":\"%s\"}".formatted(outer))
                .expect(201);
        var groups = uaa.get("/Users/" + user, admin).json().get("groups").toString();
        assertThat(groups).contains("\"display\":\"outer.scope\",\"type\":\"INDIRECT\"");
        uaa.post(
                        "/oauth/clients",
                        admin,
                        "{\"client_id\":\"wild\",\"client_secret\":\"\",\"authorized_grant_types\":[\"password\"],\"scope\":[\"*.scope\"]}")
                .expect(201);
        assertThat(uaa.password("wild", "nested", "old1").expect(200).text("scope"))
                .isEqualTo("inner.scope outer.scope");
        uaa.delete("/Groups/" + inner, admin).expect(200);
        uaa.password("wild", "nested", "old1").error(400, "invalid_scope");
    }

    @Test
    void refusesMembersAndGroupsThatAreNotThere() {
        var id = group("strict");
        uaa.put(
                        "/Groups/" + id,
                        admin,
                        "{\"displayName\":\"strict\",\"members\":[{\"value\":\"nobody\"}]}",
                        "If-Match",
                        "*")
                .error(400, "invalid_scim_resource", "Invalid group member: nobody");
        uaa.post("/Groups/" + id + "/members", admin, "{}").error(400, "invalid_scim_resource");
        uaa.post("/Groups/nothing/members", admin, "{\"value\":\"x\"}").error(404, "scim_resource_not_found");
        uaa.post("/Groups", admin, "{}").error(400, "invalid_scim_resource");
        uaa.post("/Groups/External", admin, "{\"displayName\":\"nothing\",\"externalGroup\":\"x\"}")
                .error(404, "scim_resource_not_found");
    }

    private static Uaa.Answer add(String name) {
        return uaa.post("/Users", admin, user(name)).expect(201);
    }

    private static String group(String name) {
        return uaa.post("/Groups", admin, "{\"displayName\":\"%s\"}".formatted(name))
                .expect(201)
                .text("id");
    }

    private static String user(String name) {
        return "{\"userName\":\"%s\",\"password\":\"old1\",\"emails\":[{\"value\":\"%s@x\"}]}".formatted(name, name);
    }

    private static String userToken(String name) {
        return uaa.password("pks_cluster_client", name, "old1").expect(200).text("access_token");
    }
}
