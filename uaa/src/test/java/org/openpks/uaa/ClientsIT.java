package org.openpks.uaa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules of the clients API.
class ClientsIT {

    private static Uaa uaa;
    private static String admin;

    @BeforeAll
    static void start() {
        uaa = Uaa.start(Map.of(
                "openpks.uaa.client-secret-policy.min-length", 3,
                "openpks.uaa.client-secret-policy.max-length", 40));
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
                "{}|client_id is missing.",
                "{'client_id':'a/b'}|A client_id holds neither",
                "{'client_id':5}|client_id must be a string.",
                "{'client_id':'a'}|An authorized grant type must be provided.",
                "{'client_id':'a','authorized_grant_types':['magic']}|magic is not an allowed grant type.",
                "{'client_id':'a','authorized_grant_types':'client_credentials'}|Client secret is required for client_credentials grant type",
                "{'client_id':'a','authorized_grant_types':['authorization_code'],'client_secret':'abc'}|authorization_code grant type requires at least one redirect URL.",
                "{'client_id':'a','authorized_grant_types':['implicit'],'client_secret':'abc','redirect_uri':['https://x/']}|Implicit grant should not have a client_secret",
                "{'client_id':'a','authorized_grant_types':['password'],'client_secret':'ab'}|Client Secret must be at least 3 characters in length.",
                "{'client_id':'a','authorized_grant_types':['password'],'redirect_uri':['*']}|One of the redirect_uri is invalid",
                "{'client_id':'a','authorized_grant_types':['password'],'redirect_uri':['https://*/x']}|One of the redirect_uri is invalid",
                "{'client_id':'a','authorized_grant_types':['password'],'redirect_uri':['javascript:alert(1)']}|One of the redirect_uri is invalid",
                "{'client_id':'a','authorized_grant_types':['password'],'access_token_validity':0}|access_token_validity is a number of seconds",
                "{'client_id':'a','authorized_grant_types':['password'],'access_token_validity':'soon'}|access_token_validity must be a whole number.",
                "{'client_id':'a','authorized_grant_types':['password'],'scope':[1]}|scope must be an array of strings.",
                "[]|The request body must be a JSON object."
            })
    void refusesClientsThatMakeNoSense(String body, String why) {
        var answer = uaa.post("/oauth/clients", admin, body.replace('\'', '"')).error(400, "invalid_client");
        assertThat(answer.text("error_description")).startsWith(why);
        uaa.get("/oauth/clients/a", admin).expect(404);
    }

    @Test
    void refusesWhatIsNotJson() {
        uaa.post("/oauth/clients", admin, "{").error(400, "invalid_request");
        uaa.post("/oauth/clients", admin, "").error(400, "invalid_request");
    }

    @Test
    void addsRefreshTokensAndRefusesDuplicates() {
        var body = "{\"client_id\":\"dup\",\"authorized_grant_types\":[\"password\"],\"client_secret\":\"secret\"}";
        var created = uaa.post("/oauth/clients", admin, body).expect(201);
        assertThat(created.json().get("authorized_grant_types").toString())
                .isEqualTo("[\"password\",\"refresh_token\"]");
        uaa.post("/oauth/clients", admin, body).error(409, "invalid_client", "Client already exists: dup");
        uaa.put("/oauth/clients/dup", admin, "{\"client_id\":\"other\"}").error(400, "invalid_client");
    }

    @Test
    void wantsScopes() {
        var reader = uaa.tokenWith("clients.read");
        uaa.get("/oauth/clients", reader).expect(200);
        var refused = uaa.post("/oauth/clients", reader, "{").error(403, "insufficient_scope");
        assertThat(refused.text("scope")).isEqualTo("uaa.admin clients.write clients.admin");
        uaa.get("/oauth/clients", uaa.tokenWith("scim.read")).error(403, "insufficient_scope");
        uaa.get("/oauth/clients").error(401, "unauthorized");
        uaa.post("/oauth/clients/tx", uaa.tokenWith("clients.write"), "[]").error(403, "insufficient_scope");
    }

    @Test
    void letsRegistrarsGiveOnlyWhatTheyHold() {
        var registrar = uaa.tokenWith("clients.write", "my.scope");
        var body =
                "{\"client_id\":\"given\",\"client_secret\":\"secret\",\"authorized_grant_types\":[\"client_credentials\"],\"authorities\":[\"%s\"]}";
        uaa.post("/oauth/clients", registrar, body.formatted("uaa.admin")).error(400, "invalid_client");
        uaa.post("/oauth/clients", registrar, body.formatted("my.scope")).expect(201);
    }

    @Test
    void keepsTwoSecretsWhileOneIsReplaced() {
        uaa.post(
                        "/oauth/clients",
                        admin,
                        "{\"client_id\":\"two\",\"client_secret\":\"one\",\"authorized_grant_types\":[\"client_credentials\"],\"authorities\":[\"clients.secret\"]}")
                .expect(201);
        var old = uaa.clientToken("two", "one");
        var path = "/oauth/clients/two/secret";
        assertThat(uaa.put(path, admin, "{\"secret\":\"second\",\"changeMode\":\"ADD\"}")
                        .expect(200)
                        .text("message"))
                .isEqualTo("Secret is added");
        uaa.put(path, admin, "{\"secret\":\"third\",\"changeMode\":\"ADD\"}").error(400, "invalid_client");
        uaa.clientToken("two", "one");
        uaa.clientToken("two", "second");
        uaa.get("/oauth/token/list", old).expect(200);
        assertThat(uaa.put(path, admin, "{\"changeMode\":\"DELETE\"}")
                        .expect(200)
                        .text("message"))
                .isEqualTo("Secret is deleted");
        uaa.token(Uaa.basic("two", "one"), Map.of("grant_type", "client_credentials"))
                .error(401, "invalid_client");
        uaa.get("/oauth/token/list", old).error(401, "invalid_token");

        // A client changes its own secret by showing the old one.
        var own = uaa.clientToken("two", "second");
        uaa.put(path, own, "{\"secret\":\"fourth\"}")
                .error(400, "invalid_client", "Previous secret is required and must be valid");
        uaa.put("/oauth/clients/admin/secret", own, "{\"secret\":\"mine\",\"oldSecret\":\"second\"}")
                .error(400, "invalid_client");
        uaa.put(path, own, "{\"secret\":\"fourth\",\"oldSecret\":\"second\"}").expect(200);
        uaa.clientToken("two", "fourth");
    }

    @Test
    void changesManyOrNone() {
        var item =
                "{\"client_id\":\"%s\",\"client_secret\":\"secret\",\"authorized_grant_types\":[\"client_credentials\"]%s}";
        uaa.post("/oauth/clients/tx", admin, "[%s,%s]".formatted(item.formatted("m1", ""), item.formatted("a/b", "")))
                .error(400, "invalid_client");
        uaa.get("/oauth/clients/m1", admin).expect(404);
        var both = uaa.post(
                        "/oauth/clients/tx",
                        admin,
                        "[%s,%s]".formatted(item.formatted("m1", ""), item.formatted("m2", "")))
                .expect(201);
        assertThat(both.json()).hasSize(2);
        uaa.post(
                        "/oauth/clients/tx/modify",
                        admin,
                        "[%s,%s]"
                                .formatted(
                                        item.formatted("m1", ",\"action\":\"update\",\"scope\":[\"s.t\"]"),
                                        item.formatted("m2", ",\"action\":\"delete\"")))
                .expect(200);
        assertThat(uaa.get("/oauth/clients/m1", admin).json().get("scope").toString())
                .isEqualTo("[\"s.t\"]");
        uaa.get("/oauth/clients/m2", admin).expect(404);
        uaa.post("/oauth/clients/tx/delete", admin, "[{\"client_id\":\"m1\"},{\"client_id\":\"m2\"}]")
                .error(404, "invalid_client");
        uaa.get("/oauth/clients/m1", admin).expect(200);
    }

    @Test
    void endsTheTokensOfADeletedClient() {
        var token = uaa.tokenWith("clients.read");
        var id = uaa.form("/check_token", Uaa.basic("admin", Uaa.ADMIN_SECRET), Map.of("token", token))
                .text("client_id");
        uaa.delete("/oauth/clients/" + id, admin).expect(200);
        uaa.get("/oauth/clients", token).error(401, "invalid_token");
    }

    @Test
    void filtersAndSorts() {
        var answer = uaa.get(
                        "/oauth/clients?filter=" + Uaa.encode("client_id eq \"pks_cli\" or client_id eq \"admin\"")
                                + "&sortOrder=descending&attributes=client_id",
                        admin)
                .expect(200);
        assertThat(answer.json().get("resources").toString())
                .isEqualTo("[{\"client_id\":\"pks_cli\"},{\"client_id\":\"admin\"}]");
        uaa.get("/oauth/clients?filter=" + Uaa.encode("secret_hash pr"), admin).error(400, "scim");
        uaa.get("/oauth/clients?sortBy=" + Uaa.encode("1; drop table client"), admin)
                .error(400, "scim");
    }
}
