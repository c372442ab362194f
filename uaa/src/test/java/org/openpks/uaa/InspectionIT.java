package org.openpks.uaa;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openpks.database.TestDatabase;
import org.openpks.uaa.key.SigningKeys;
import tools.jackson.databind.json.JsonMapper;

/// What tokens say to resource servers, and which ones count for nothing.
class InspectionIT {

    private static final String ADMIN = Uaa.basic("admin", Uaa.ADMIN_SECRET);
    private static Uaa uaa;

    @BeforeAll
    static void start() {
        uaa = Uaa.start(Map.of());
    }

    @AfterAll
    static void stop() {
        uaa.close();
    }

    @Test
    void tellsAResourceServerWhatATokenSays() throws Exception {
        var token = userToken();
        var answer = uaa.form("/check_token", ADMIN, Map.of("token", token)).expect(200);
        assertThat(answer.values())
                .isEqualTo(new JsonMapper()
                        .readValue(SignedJWT.parse(token).getPayload().toString(), Object.class));
        var introspected =
                uaa.form("/introspect", ADMIN, Map.of("token", token)).expect(200);
        assertThat(introspected.json().get("active").asBoolean()).isTrue();
        assertThat(introspected.text("user_name")).isEqualTo("admin");
    }

    @Test
    void checksScopes() {
        var token = userToken();
        uaa.form("/check_token", ADMIN, Map.of("token", token, "scopes", "pks.clusters.admin,pks.clusters.manage"))
                .expect(200);
        uaa.form("/check_token", ADMIN, Map.of("token", token, "scopes", "pks.clusters.admin,other"))
                .error(400, "invalid_scope");
    }

    @Test
    void answersOnlyResourceServers() {
        uaa.form("/check_token", "", Map.of("token", "x"))
                .error(401, "unauthorized", "Full authentication is required to access this resource");
        uaa.form("/check_token", Uaa.basic("admin", "wrong"), Map.of("token", "x"))
                .error(401, "invalid_client", "Bad credentials");
        var lacking = uaa.form("/check_token", Uaa.basic("pks_cli", ""), Map.of("token", "x"))
                .error(403, "insufficient_scope", "Insufficient scope for this resource");
        assertThat(lacking.text("scope")).isEqualTo("uaa.admin uaa.resource");
        assertThat(lacking.header("WWW-Authenticate")).startsWith("Bearer realm=\"UAA/oauth\"");
        uaa.send(uaa.authorized("/introspect", uaa.adminToken()).GET()).error(405, "method_not_allowed");
    }

    @Test
    void givesOpaqueTokensThatOnlyTheServerCanRead() {
        var issued = uaa.token(
                        Uaa.basic("pks_cli", ""),
                        Map.of(
                                "grant_type", "password",
                                "username", "admin",
                                "password", Uaa.ADMIN_PASSWORD,
                                "token_format", "opaque"))
                .expect(200);
        var token = issued.text("access_token");
        assertThat(token).matches("[0-9a-f]{32}").isEqualTo(issued.text("jti"));
        assertThat(uaa.form("/check_token", ADMIN, Map.of("token", token))
                        .expect(200)
                        .text("user_name"))
                .isEqualTo("admin");
        uaa.delete("/oauth/token/revoke/" + token, token).expect(200);
        uaa.form("/check_token", ADMIN, Map.of("token", token)).error(400, "invalid_token");
        uaa.delete("/oauth/token/revoke/" + token, uaa.adminToken()).error(404, "invalid_token", "Resource not found");
    }

    @Test
    void showsAUserWhoItIs() {
        var token = uaa.password("pks_cluster_client", "admin", Uaa.ADMIN_PASSWORD)
                .expect(200)
                .text("access_token");
        var info = uaa.get("/userinfo?schema=openid", token).expect(200);
        assertThat(info.text("user_name")).isEqualTo("admin");
        assertThat(info.text("sub")).isEqualTo(info.text("user_id")).isNotEmpty();
        assertThat(info.json().get("email_verified").asBoolean()).isTrue();
        uaa.get("/userinfo", userToken()).error(403, "insufficient_scope");
        uaa.get("/userinfo").error(401, "unauthorized");
    }

    @Test
    void takesTheSchemeInAnyCaseAndAnEmptyZone() {
        var token = uaa.adminToken();
        for (var scheme : new String[] {"bearer", "Bearer", "BEARER"}) {
            uaa.send(uaa.request("/oauth/token/list")
                            .header("Authorization", scheme + " " + token)
                            .header("X-Identity-Zone-Id", "")
                            .GET())
                    .expect(200);
        }
        uaa.send(uaa.authorized("/oauth/token/list", token)
                        .header("X-Identity-Zone-Id", "other")
                        .GET())
                .error(404, "not_found");
    }

    @Test
    void endsAUsersTokensAtOnce() {
        var admin = uaa.adminToken();
        var login = uaa.password("pks_cli", "admin", Uaa.ADMIN_PASSWORD).expect(200);
        var id = uaa.form("/check_token", ADMIN, Map.of("token", login.text("access_token")))
                .text("user_id");
        uaa.get("/oauth/token/revoke/user/" + id, admin).expect(200);
        uaa.form("/check_token", ADMIN, Map.of("token", login.text("access_token")))
                .error(400, "invalid_token");
        uaa.token(
                        Uaa.basic("pks_cli", ""),
                        Map.of("grant_type", "refresh_token", "refresh_token", login.text("refresh_token")))
                .error(401, "invalid_token");
        uaa.get("/oauth/token/revoke/user/nobody", admin).error(404, "invalid_token", "Resource not found");
    }

    @Test
    void letsUsersEndOnlyTheirOwnTokens() {
        var mine = uaa.password("pks_cli", "admin", Uaa.ADMIN_PASSWORD);
        var id = uaa.form("/check_token", ADMIN, Map.of("token", mine.text("access_token")))
                .text("user_id");
        uaa.get("/oauth/token/revoke/client/pks_cli", mine.text("access_token")).error(403, "insufficient_scope");
        uaa.get("/oauth/token/revoke/user/" + id + "x", mine.text("access_token"))
                .error(403, "insufficient_scope");
        uaa.get("/oauth/token/revoke/user/" + id, mine.text("access_token")).expect(200);
    }

    @Test
    void refusesTokensThatItDidNotSign() throws Exception {
        var good = SignedJWT.parse(userToken()).getJWTClaimsSet();
        var keys = uaa.bean(SigningKeys.class);
        var kid = keys.active().id();
        refused(new PlainJWT(good).serialize());

        var confused = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(kid).build(), good);
        var publicPem = uaa.get("/token_key").text("value");
        confused.sign(new MACSigner(publicPem.getBytes(StandardCharsets.UTF_8)));
        refused(confused.serialize());

        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var foreign = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(kid).build(), good);
        foreign.sign(new RSASSASigner(generator.generateKeyPair().getPrivate()));
        refused(foreign.serialize());

        var whole = userToken();
        refused(whole.substring(0, whole.lastIndexOf('.') + 1));
        refused("no token");
        refused("");
    }

    @Test
    void refusesTokensOfOtherIssuersAndTimes() throws Exception {
        accepted(signed(claims -> claims));
        refused(signed(claims -> claims.issuer("https://elsewhere/oauth/token")));
        refused(signed(claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(1)))));
        refused(signed(claims -> claims.expirationTime(null)));
        refused(signed(claims -> claims.issueTime(Date.from(Instant.now().plusSeconds(60)))));
        refused(signed(claims -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(60)))));
        refused(signed(claims -> claims.claim("rev_sig", "0123456789abcdef")));
        refused(signed(claims -> claims.claim("rev_sig", null)));
        refused(signed(claims -> claims.claim("user_id", "nobody")));
        refused(signed(claims -> claims.jwtID("0-r")));
    }

    @Test
    void takesNoIdTokenForAnAccessToken() {
        var idToken = uaa.password("pks_cluster_client", "admin", Uaa.ADMIN_PASSWORD)
                .expect(200)
                .text("id_token");
        refused(idToken);
        uaa.get("/userinfo", idToken).error(401, "invalid_token");
    }

    @Test
    void verifiesWithOldKeysUntilTheyAreRetired() {
        var database = TestDatabase.settings("uaa");
        String old;
        try (var before = Uaa.over(database, Map.of())) {
            old = before.adminToken();
            try (var rotated = Uaa.over(database, Map.of("openpks.uaa.active-key-id", "key-2"))) {
                var fresh = rotated.adminToken();
                assertThat(kid(fresh)).isEqualTo("key-2");
                assertThat(rotated.get("/token_keys").json().get("keys")).hasSize(2);
                assertThat(rotated.get("/token_key").text("kid")).isEqualTo("key-2");
                rotated.get("/oauth/token/list", old).expect(200);
                // A process that runs with the old key knows the new one as soon as it sees it.
                eventually(() -> before.get("/oauth/token/list", fresh).expect(200));
            }
        }
        try (var retired = Uaa.over(
                database, Map.of("openpks.uaa.active-key-id", "key-2", "openpks.uaa.retired-key-ids", "key-1"))) {
            retired.get("/oauth/token/list", old).error(401, "invalid_token");
            assertThat(retired.get("/token_keys").json().get("keys")).hasSize(1);
        }
    }

    private static void eventually(Runnable check) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (true) {
            try {
                check.run();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    private static String kid(String token) {
        try {
            return SignedJWT.parse(token).getHeader().getKeyID();
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    private static String userToken() {
        return uaa.password("pks_cli", "admin", Uaa.ADMIN_PASSWORD).expect(200).text("access_token");
    }

    /// A user's token with other claims, signed with the server's own key.
    private static String signed(UnaryOperator<JWTClaimsSet.Builder> change) throws ParseException, JOSEException {
        var claims = SignedJWT.parse(userToken()).getJWTClaimsSet();
        var key = uaa.bean(SigningKeys.class).active();
        var jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.id()).build(),
                change.apply(new JWTClaimsSet.Builder(claims)).build());
        jwt.sign(key.signer());
        return jwt.serialize();
    }

    private static void accepted(String token) {
        uaa.form("/check_token", ADMIN, Map.of("token", token)).expect(200);
    }

    private static void refused(String token) {
        uaa.form("/check_token", ADMIN, Map.of("token", token)).error(400, "invalid_token");
        assertThat(uaa.form("/introspect", ADMIN, Map.of("token", token))
                        .expect(200)
                        .body())
                .isEqualTo("{\"active\":false}");
    }
}
