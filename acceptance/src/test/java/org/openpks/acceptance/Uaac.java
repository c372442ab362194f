package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The requests that `uaac` (cf-uaac 5.0.0) sends for the recipes of the manual, as they were recorded.
final class Uaac {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String TYPE = "application/json;charset=utf-8";

    private final Product product;
    private final String url;
    private final String token;

    private Uaac(Product product, String url, String token) {
        this.product = product;
        this.url = url;
        this.token = token;
    }

    /// `uaac target URL` and `uaac token client get admin -s SECRET`
    static Uaac administrator(Product product) {
        var exports = product.exports();
        var url = exports.get("UAA_URL");
        var login = new Uaac(product, url, "").send("GET", "/login", null, 200);
        assertThat(login.path("prompts").isObject()).isTrue();
        var credentials = exports.get("UAA_ADMIN_CLIENT") + ":"
                + URLEncoder.encode(exports.get("UAA_ADMIN_SECRET"), StandardCharsets.UTF_8);
        var answer = product.send(HttpRequest.newBuilder(URI.create(url + "/oauth/token"))
                .header("X-CF-ENCODED-CREDENTIALS", "true")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=client_credentials")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var token = JSON.readTree(answer.body());
        return new Uaac(
                product,
                url,
                token.path("token_type").asString() + " "
                        + token.path("access_token").asString());
    }

    /// `uaac user add NAME --emails NAME@example.com -p PASSWORD`
    void userAdd(String name, String password) {
        product.mayNotLog(password);
        send(
                "POST",
                "/Users",
                Map.of(
                        "userName",
                        name,
                        "password",
                        password,
                        "emails",
                        List.of(Map.of("value", name + "@example.com"))),
                201);
    }

    /// `uaac member add GROUP NAME`
    void memberAdd(String group, String name) {
        var whole = (ObjectNode) first("/Groups?filter=" + is("displayName", group) + "&startIndex=1");
        var user = first("/Users?attributes=id,userName,origin&filter=" + is("userName", name) + "&startIndex=1");
        var members = new ArrayList<Object>();
        whole.path("members").forEach(members::add);
        members.add(Map.of("type", "USER", "value", user.path("id").asString(), "origin", "uaa"));
        whole.set("members", JSON.valueToTree(members));
        send("PUT", "/Groups/" + whole.path("id").asString(), whole, 200);
    }

    /// `uaac group map --name GROUP EXTERNAL`
    void groupMap(String group, String external) {
        send(
                "POST",
                "/Groups/External",
                Map.of(
                        "displayName",
                        group,
                        "externalGroup",
                        external,
                        "schemas",
                        List.of("urn:scim:schemas:core:1.0"),
                        "origin",
                        "ldap"),
                201);
    }

    /// `uaac client add ID -s SECRET --authorized_grant_types client_credentials --authorities AUTHORITIES`
    void clientAdd(String id, String secret, List<String> authorities) {
        product.mayNotLog(secret);
        var client = new LinkedHashMap<String, Object>();
        client.put("client_id", id);
        client.put("client_secret", secret);
        client.put("name", id);
        client.put("authorized_grant_types", List.of("client_credentials"));
        client.put("authorities", authorities);
        send("POST", "/oauth/clients", client, 201);
        send("GET", "/oauth/clients/" + id + "/meta", null, 200);
    }

    private JsonNode first(String path) {
        var found = send("GET", path, null, 200).path("resources");
        assertThat(found).as(path).hasSize(1);
        return found.path(0);
    }

    private static String is(String attribute, String value) {
        return URLEncoder.encode("%s eq \"%s\"".formatted(attribute, value), StandardCharsets.UTF_8);
    }

    private JsonNode send(String method, String path, Object body, int status) {
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .header("accept", TYPE)
                .method(
                        method,
                        body == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(JSON.writeValueAsString(body)));
        if (!token.isEmpty()) {
            request.header("authorization", token);
        }
        if (body != null) {
            request.header("content-type", TYPE);
        }
        if (method.equals("PUT")) {
            request.header(
                    "if-match", JSON.valueToTree(body).at("/meta/version").asString());
        }
        var answer = product.send(request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }
}
