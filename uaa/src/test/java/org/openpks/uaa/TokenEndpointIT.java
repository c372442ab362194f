package org.openpks.uaa;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openpks.component.RunningComponent;
import org.openpks.database.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The token endpoint over HTTP, as `pks`, `bosh` and scripts call it.
class TokenEndpointIT {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static RunningComponent uaa;

    @BeforeAll
    static void start() {
        var settings = new HashMap<>(TestDatabase.settings("uaa"));
        settings.putAll(Map.of(
                "server.port", 0,
                "openpks.uaa.url", "https://localhost:8443",
                "openpks.uaa.encryption-key", Base64.getEncoder().encodeToString(new byte[32]),
                "openpks.uaa.admin-user", "admin",
                "openpks.uaa.admin-password", "correct horse",
                "openpks.uaa.admin-client-secret", "battery staple"));
        uaa = RunningComponent.start("uaa", UaaApplication.class, settings);
    }

    @AfterAll
    static void stop() {
        uaa.close();
    }

    @Test
    void givesAPasswordLoginTokensThatItsKeysVerify() throws Exception {
        var answer = password("admin", "correct horse");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        var body = json(answer);
        assertThat(body.get("token_type").asString()).isEqualTo("bearer");
        assertThat(body.get("refresh_token").asString()).matches("[0-9a-f]{32}-r");
        assertThat(body.get("expires_in").asInt()).isEqualTo(600);

        var token = SignedJWT.parse(body.get("access_token").asString());
        var keys = JWKSet.parse(get("/token_keys").body());
        var key = keys.getKeyByKeyId(token.getHeader().getKeyID()).toRSAKey();
        assertThat(token.verify(new RSASSAVerifier(key))).isTrue();
        var claims = token.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("https://localhost:8443/oauth/token");
        assertThat(claims.getAudience()).containsExactly("pks.clusters", "pks.clusters.admin", "pks_cli");
        assertThat(claims.getStringListClaim("scope"))
                .containsExactly("pks.clusters.admin", "pks.clusters.admin.read", "pks.clusters.manage");
        assertThat(claims.getStringClaim("user_name")).isEqualTo("admin");
        assertThat(claims.getStringClaim("cid")).isEqualTo("pks_cli");
        assertThat(claims.getStringClaim("zid")).isEqualTo("uaa");
        assertThat(token.getHeader().getJWKURL()).hasToString("https://localhost:8443/token_keys");
    }

    @Test
    void refreshesWithTheSameRefreshToken() throws Exception {
        var refresh =
                json(password("admin", "correct horse")).get("refresh_token").asString();
        var answer = form(Map.of("grant_type", "refresh_token", "refresh_token", refresh), basic("pks_cli", ""));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).get("refresh_token").asString()).isEqualTo(refresh);
        assertThat(json(answer).get("access_token").asString()).contains(".");
    }

    @Test
    void refusesARefreshTokenOfAnotherClient() throws Exception {
        var refresh =
                json(password("admin", "correct horse")).get("refresh_token").asString();
        var answer =
                form(Map.of("grant_type", "refresh_token", "refresh_token", refresh), basic("pks_cluster_client", ""));
        assertError(answer, 401, "invalid_token");
    }

    @Test
    void givesAClientItsAuthorities() throws Exception {
        var answer = form(Map.of("grant_type", "client_credentials"), basic("admin", "battery staple"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).get("scope").asString().split(" ")).contains("uaa.admin", "scim.write");
        assertThat(json(answer).has("refresh_token")).isFalse();
    }

    @Test
    void takesParametersFromTheQueryString() throws Exception {
        var request = HttpRequest.newBuilder(uri("/oauth/token?grant_type=client_credentials&token_format=jwt"))
                .header("Authorization", basic("admin", "battery staple"))
                .POST(HttpRequest.BodyPublishers.noBody());
        assertThat(send(request).statusCode()).isEqualTo(200);
    }

    @Test
    void decodesBasicCredentialsOnlyWhenTheHeaderSaysSo() throws Exception {
        var encoded = basic("admin", "battery+staple");
        var plain = form(Map.of("grant_type", "client_credentials"), encoded);
        assertError(plain, 401, "invalid_client");
        var request = HttpRequest.newBuilder(uri("/oauth/token?grant_type=client_credentials"))
                .header("Authorization", encoded)
                .header("X-CF-ENCODED-CREDENTIALS", "true")
                .POST(HttpRequest.BodyPublishers.noBody());
        assertThat(send(request).statusCode()).isEqualTo(200);
    }

    @Test
    void yieldsAnIdTokenToTheClusterClient() throws Exception {
        var answer = form(
                Map.of(
                        "grant_type",
                        "password",
                        "username",
                        "admin",
                        "password",
                        "correct horse",
                        "response_type",
                        "id_token"),
                basic("pks_cluster_client", ""));
        var claims = SignedJWT.parse(json(answer).get("id_token").asString()).getJWTClaimsSet();
        assertThat(claims.getAudience()).containsExactly("pks_cluster_client");
        assertThat(claims.getStringClaim("user_name")).isEqualTo("admin");
    }

    @ParameterizedTest
    @CsvSource({
        "admin, wrong",
        "nobody, correct horse",
    })
    void answersAWrongPasswordAndAnUnknownUserAlike(String user, String password) throws Exception {
        var answer = password(user, password);
        assertError(answer, 401, "invalid_client");
        assertThat(json(answer).get("error_description").asString()).isEqualTo("Bad credentials");
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow())
                .startsWith("Basic realm=\"UAA/client\"");
    }

    @Test
    void refusesWhatIsMissingOrUnknown() throws Exception {
        assertError(form(Map.of("grant_type", "password"), basic("nobody", "x")), 401, "invalid_client");
        assertError(form(Map.of("grant_type", "password"), basic("pks_cli", "not empty")), 401, "invalid_client");
        assertError(form(Map.of(), basic("pks_cli", "")), 400, "invalid_request");
        assertError(form(Map.of("grant_type", "magic"), basic("pks_cli", "")), 400, "unsupported_grant_type");
        assertError(form(Map.of("grant_type", "client_credentials"), basic("pks_cli", "")), 401, "invalid_client");
        assertError(form(Map.of("grant_type", "password"), ""), 401, "unauthorized");
        assertError(
                form(
                        Map.of(
                                "grant_type",
                                "password",
                                "username",
                                "admin",
                                "password",
                                "correct horse",
                                "scope",
                                "uaa.admin"),
                        basic("pks_cli", "")),
                400,
                "invalid_scope");
        assertError(
                form(Map.of("grant_type", "refresh_token", "refresh_token", "made-up-r"), basic("pks_cli", "")),
                401,
                "invalid_token");
    }

    @Test
    void refusesAClientIdThatDiffersFromTheHeader() throws Exception {
        var answer = form(
                Map.of("grant_type", "password", "client_id", "other", "username", "a", "password", "b"),
                basic("pks_cli", ""));
        assertError(answer, 401, "invalid_client");
    }

    @Test
    void showsDiscoveryAtBothPaths() throws Exception {
        var first = get("/.well-known/openid-configuration");
        var second = get("/oauth/token/.well-known/openid-configuration");
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(json(first).get("issuer").asString()).isEqualTo("https://localhost:8443/oauth/token");
    }

    @Test
    void tellsHowToLogInEvenWithABasicHeader() throws Exception {
        var request = HttpRequest.newBuilder(uri("/login"))
                .header("Accept", "application/json")
                .header("Authorization", basic("bosh_cli", ""))
                .GET();
        var body = json(send(request));
        assertThat(body.get("prompts").get("username")).hasSize(2);
        assertThat(body.get("prompts").has("passcode")).isFalse();
        assertThat(body.get("links").get("uaa").asString()).isEqualTo("https://localhost:8443");
    }

    @Test
    void isHealthyAndAnswersUnknownPathsInItsOwnForm() throws Exception {
        assertThat(get("/healthz").body()).isEqualTo("ok\n");
        assertError(get("/no/such/path"), 404, "not_found");
    }

    @Test
    void storesNoPasswordAndNoToken() throws Exception {
        var refresh =
                json(password("admin", "correct horse")).get("refresh_token").asString();
        var jdbc = uaa.bean(JdbcClient.class);
        assertThat(jdbc.sql("select token_hash from refresh_token")
                        .query(String.class)
                        .list())
                .isNotEmpty()
                .doesNotContain(refresh);
        assertThat(jdbc.sql("select password_hash from user_account")
                        .query(String.class)
                        .list())
                .allMatch(hash -> hash.startsWith("$2a$"));
        assertThat(jdbc.sql("select private_key_sealed from signing_key")
                        .query(String.class)
                        .list())
                .noneMatch(key -> key.contains("PRIVATE"));
    }

    private static HttpResponse<String> password(String user, String password) throws Exception {
        return form(Map.of("grant_type", "password", "username", user, "password", password), basic("pks_cli", ""));
    }

    private static HttpResponse<String> form(Map<String, String> fields, String authorization) throws Exception {
        var body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var request = HttpRequest.newBuilder(uri("/oauth/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return send(request);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(String path) {
        return URI.create("http://localhost:" + uaa.port() + path);
    }

    private static String basic(String id, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return MAPPER.readTree(answer.body());
    }

    private static void assertError(HttpResponse<String> answer, int status, String error) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).get("error").asString()).isEqualTo(error);
        assertThat(json(answer).get("error_description").asString()).isNotEmpty();
    }
}
