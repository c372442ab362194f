package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Which tokens open the door.
class TokensIT {

    private static final String LOG_IN = "You are not currently authenticated. Please log in to continue";
    private static final String REFUSED =
            "You do not have enough privileges to perform this action. Please contact the PKS administrator.";

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = new TestApi();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static void refused(String token) {
        var answer = api.as(token).get("/v1/clusters");
        assertThat(answer.status()).as(answer.text()).isEqualTo(401);
        assertThat(answer.sentence()).isEqualTo(LOG_IN);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"pks\"");
    }

    private static void accepted(String token) {
        assertThat(api.as(token).get("/v1/clusters").status()).isEqualTo(200);
    }

    @Test
    void acceptsTheTokensOfUsersAndClients() {
        accepted(api.uaa.token("alice", "pks.clusters.manage"));
        accepted(api.uaa.clientToken("ci", "pks.clusters.admin"));
    }

    @Test
    void wantsAToken() {
        refused("");
        refused("nonsense");
        refused("a.b.c");
    }

    @Test
    void refusesTokensThatAreNotSignedByUaa() {
        var claims = api.uaa.claims("alice", "pks.clusters.admin");
        refused(api.uaa.unsigned(claims));
        refused(api.uaa.confused(claims));
        try (var other = new TestUaa()) {
            var forged = other.claims("alice", "pks.clusters.admin").issuer(api.uaa.url() + "/oauth/token");
            refused(other.signed(forged, UnaryOperator.identity()));
        }
        var good = api.uaa.token("alice", "pks.clusters.admin");
        refused(good.substring(0, good.length() - 8) + "AAAAAAAA");
    }

    @Test
    void allowsClocksToDifferByTenSecondsAndNoMore() {
        accepted(expiring(-5));
        refused(expiring(-15));
        var early = api.uaa
                .claims("alice", "pks.clusters.admin")
                .notBeforeTime(Date.from(Instant.now().plusSeconds(60)));
        refused(api.uaa.signed(early, UnaryOperator.identity()));
        var endless = api.uaa.claims("alice", "pks.clusters.admin").expirationTime(null);
        refused(api.uaa.signed(endless, UnaryOperator.identity()));
    }

    private static String expiring(int seconds) {
        var claims = api.uaa
                .claims("alice", "pks.clusters.admin")
                .issueTime(Date.from(Instant.now().minusSeconds(600)))
                .expirationTime(Date.from(Instant.now().plusSeconds(seconds)));
        return api.uaa.signed(claims, UnaryOperator.identity());
    }

    @Test
    void refusesOtherIssuersRefreshTokensAndTheNameless() {
        refused(signed(api.uaa.claims("alice", "pks.clusters.admin").issuer("https://evil/oauth/token")));
        refused(signed(api.uaa.claims("alice", "pks.clusters.admin").jwtID("abc-r")));
        refused(signed(api.uaa.claims("", "pks.clusters.admin").claim("client_id", "")));
    }

    @Test
    void takesScopesOnlyFromTokensThatAreForThisApi() {
        var admin = api.uaa.claims("alice", "pks.clusters.admin");
        for (var other : List.of("pks_cli", "pks.clustersx", "other.pks.clusters")) {
            assertThat(api.as(signed(admin.audience(other))).get("/v1/clusters").status())
                    .as(other)
                    .isEqualTo(403);
        }
        assertThat(api.as(signed(admin.audience(List.of()))).get("/v1/clusters").status())
                .isEqualTo(403);
        accepted(signed(admin.audience(List.of("pks_cli", "pks.clusters"))));
        // UAA writes this one for a reader, who has no other scope.
        accepted(signed(
                api.uaa.claims("alice", "pks.clusters.admin.read").audience(List.of("pks_cli", "pks.clusters.admin"))));
    }

    private static String signed(JWTClaimsSet.Builder claims) {
        return api.uaa.signed(claims, UnaryOperator.identity());
    }

    @Test
    void letsNobodyDoAnythingWithoutAScopeOfTheProduct() {
        for (var token : List.of(
                api.uaa.token("alice"),
                api.uaa.token("alice", "openid", "uaa.admin"),
                signed(api.uaa.claims("alice").audience("pks_cluster_client")))) {
            var answer = api.as(token).get("/v1/clusters");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.sentence()).isEqualTo(REFUSED);
        }
    }

    @Test
    void knowsARotatedKeyAtOnceAndAsksForUnknownOnesAtMostOnceASecond() {
        accepted(api.uaa.token("alice", "pks.clusters.manage"));
        TestApi.await(
                () -> {
                    int before = api.uaa.fetches();
                    for (int i = 0; i < 5; i++) {
                        refused(api.uaa.signed(
                                api.uaa.claims("alice", "pks.clusters.admin"), header -> header.keyID("unknown")));
                    }
                    return api.uaa.fetches() - before <= 1;
                },
                () -> "unknown keys flood the token server");
        api.uaa.rotate("key-2");
        var token = api.uaa.token("alice", "pks.clusters.manage");
        TestApi.await(() -> api.as(token).get("/v1/clusters").status() == 200, () -> "the new key stays unknown");
    }

    @Test
    void keepsWorkingWhileTheTokenServerIsSilent() {
        accepted(api.uaa.token("alice", "pks.clusters.manage"));
        api.uaa.silent(true);
        try {
            accepted(api.uaa.token("alice", "pks.clusters.manage"));
            try (var cold = api.launch()) {
                var answer =
                        api.as(api.uaa.token("alice", "pks.clusters.manage")).get(cold, "/v1/clusters");
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.sentence()).startsWith("The UAA does not answer");
                assertThat(api.as("").get(cold, "/healthz").status()).isEqualTo(503);
                api.uaa.silent(false);
                TestApi.await(
                        () -> api.as("").get(cold, "/healthz").status() == 200, () -> "it stays unhealthy with keys");
            }
        } finally {
            api.uaa.silent(false);
        }
    }

    @Test
    void answersTheHealthCheckWithoutAToken() {
        var answer = api.as("").get("/healthz");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("ok");
    }
}
