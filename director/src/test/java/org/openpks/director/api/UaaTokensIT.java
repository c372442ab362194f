package org.openpks.director.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openpks.component.RunningComponent;
import org.openpks.database.TestDatabase;

/// A director that accepts a UAA's tokens: the keys are served by a small server here, the tokens signed with them.
class UaaTokensIT {

    private static final String URL = "https://uaa.example.com:8443";
    private static final String ISSUER = URL + "/oauth/token";

    @TempDir
    static Path home;

    private static RSAKey key;
    private static HttpServer keys;
    private static RunningComponent director;
    private static String uuid;

    @BeforeAll
    static void start() throws Exception {
        key = new RSAKeyGenerator(2048).keyID("key-1").generate();
        keys = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        keys.createContext("/token_keys", exchange -> {
            var body = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        keys.start();
        var ca = Files.writeString(home.resolve("ca.pem"), "");
        var settings = new HashMap<>(DirectorApiIT.settings(home, TestDatabase.settings("director")));
        settings.remove("director.users.admin");
        settings.put("director.uaa.url", URL);
        settings.put(
                "director.uaa.token-keys",
                "http://127.0.0.1:" + keys.getAddress().getPort() + "/token_keys");
        settings.put("director.uaa.ca-file", ca.toString());
        director = RunningComponent.start("director", TestDirector.class, settings);
        uuid = new Client(director.port(), "", "").json("/info").path("uuid").asString();
    }

    @AfterAll
    static void stop() {
        director.close();
        keys.stop(0);
    }

    @Test
    void namesItsUaaAndWhoAsks() throws Exception {
        var info = client("").json("/info");
        assertThat(info.path("user").isNull()).isTrue();
        assertThat(info.path("user_authentication").path("type").asString()).isEqualTo("uaa");
        assertThat(info.path("user_authentication").path("options").path("url").asString())
                .isEqualTo(URL);
        assertThat(client(token("bosh.admin")).json("/info").path("user").asString())
                .isEqualTo("pks_broker");
        assertThat(credhub("").json("/info").path("auth-server").path("url").asString())
                .isEqualTo(URL);
    }

    /// Scopes, a request, and the status that a director with a UAA gives.
    @ParameterizedTest
    @CsvSource({
        "bosh.admin,            GET,    /deployments,     200",
        "bosh.admin,            POST,   /stemcell_uploads, 404",
        "bosh.UUID.admin,       GET,    /deployments,     200",
        "bosh.UUID.admin,       DELETE, /deployments/none, 404",
        "bosh.other-uuid.admin, GET,    /deployments,     401",
        "bosh.read,             GET,    /deployments,     200",
        "bosh.read,             DELETE, /deployments/none, 401",
        "bosh.UUID.read,        GET,    /tasks,           200",
        "bosh.stemcells.upload, POST,   /stemcell_uploads, 404",
        "bosh.stemcells.upload, GET,    /stemcells,       401",
        "bosh.stemcells.upload, POST,   /releases,        401",
        "bosh.releases.upload,  POST,   /packages/matches, 404",
        "bosh.releases.upload,  DELETE, /releases/kubernetes, 401",
        "bosh.teams.dev.admin,  GET,    /deployments,     401",
        "credhub.read,          GET,    /deployments,     401",
        "pks.clusters.admin,    GET,    /deployments,     401"
    })
    void letsInByScope(String scope, String method, String path, int status) throws Exception {
        var answer = client(token(scope.replace("UUID", uuid))).send(method, path, BodyPublishers.noBody());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (status == 401) {
            assertThat(answer.body()).contains("\"code\":600000", "bosh." + uuid + ".admin");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "credhub.read,  GET,    404",
        "credhub.read,  DELETE, 403",
        "credhub.write, DELETE, 404",
        "credhub.write, GET,    403",
        "bosh.admin,    GET,    403"
    })
    void letsIntoCredHubByScope(String scope, String method, int status) throws Exception {
        var answer = credhub(token(scope)).send(method, "/api/v1/data?name=/none", BodyPublishers.noBody());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }

    @Test
    void refusesWhatIsNoTokenOfItsUaa() throws Exception {
        var other = new RSAKeyGenerator(2048).keyID("key-1").generate();
        var soon = Instant.now().plusSeconds(60);
        for (var bad : List.of(
                "Basic YWRtaW46c2VjcmV0",
                "bearer nonsense",
                "bearer " + new PlainJWT(claims("bosh.admin", ISSUER, soon)).serialize(),
                "bearer " + signed(other, claims("bosh.admin", ISSUER, soon)),
                "bearer " + signed(key, claims("bosh.admin", "https://other/oauth/token", soon)),
                "bearer "
                        + signed(key, claims("bosh.admin", ISSUER, Instant.now().minusSeconds(60))))) {
            var answer = client("").get("/deployments", "Authorization", bad);
            assertThat(answer.statusCode()).as(bad).isEqualTo(401);
            assertThat(answer.body()).isEqualTo("Not authorized: '/deployments'\n");
        }
    }

    private static Client client(String token) {
        return Client.bearing(director.port(), token);
    }

    private static Client credhub(String token) {
        return Client.bearing(director.bean(CredHubConnector.class).port(), token);
    }

    private static String token(String scope) throws JOSEException {
        return signed(key, claims(scope, ISSUER, Instant.now().plusSeconds(60)));
    }

    private static JWTClaimsSet claims(String scope, String issuer, Instant expires) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .expirationTime(Date.from(expires))
                .claim("scope", List.of(scope))
                .claim("client_id", "pks_broker")
                .build();
    }

    private static String signed(RSAKey with, JWTClaimsSet claims) throws JOSEException {
        var jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("key-1").build(), claims);
        jwt.sign(new RSASSASigner(with));
        return jwt.serialize();
    }
}
