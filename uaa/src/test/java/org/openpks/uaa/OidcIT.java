package org.openpks.uaa;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// People of an OpenID provider: a second instance of this same server.
class OidcIT {

    private static Uaa provider;
    private static Uaa uaa;
    private static String issuer;

    @BeforeAll
    static void start() {
        int port = freePort();
        issuer = "http://localhost:" + port + "/oauth/token";
        provider = Uaa.start(Map.of("server.port", port, "openpks.uaa.url", "http://localhost:" + port));
        var admin = provider.adminToken();
        provider.post("/oauth/clients", admin, """
                {"client_id":"uaa","client_secret":"between us","authorized_grant_types":["authorization_code","password"],
                "scope":["openid","profile","roles"],"autoapprove":true,
                "redirect_uri":["https://localhost:8443/login/callback/corp"]}""").expect(201);
        provider.post("/Users", admin, """
                {"userName":"quinn","password":"at the provider","emails":[{"value":"quinn@corp.example"}],
                "name":{"givenName":"Quinn","familyName":"Example"}}""").expect(201);
        uaa = Uaa.start(settings(issuer));
    }

    private static Map<String, Object> settings(String of) {
        return new HashMap<>(Map.of(
                "openpks.uaa.oidc[0].origin", "corp",
                "openpks.uaa.oidc[0].issuer", of,
                "openpks.uaa.oidc[0].client-id", "uaa",
                "openpks.uaa.oidc[0].client-secret", "between us",
                "openpks.uaa.oidc[0].scopes", "openid,profile,roles",
                "openpks.uaa.oidc[0].user-name-claim", "user_name",
                "openpks.uaa.oidc[0].groups-claim", "roles",
                "openpks.uaa.oidc[0].link-text", "Corporate <login>"));
    }

    @AfterAll
    static void stop() {
        uaa.close();
        provider.close();
    }

    @Test
    void logsPeopleInAtTheProvider() throws Exception {
        var browser = new Browser(uaa);
        var login = browser.get("/login?continue=/passcode").expect(200);
        assertThat(login.body()).contains("/login/external/corp?continue=%2Fpasscode", "Corporate &lt;login&gt;");
        assertThat(uaa.get("/login").json().get("prompts").has("passcode")).isTrue();

        var callback = throughTheProvider(browser);
        var back = browser.get(callback).expect(302);
        assertThat(back.header("Location")).isEqualTo("/passcode");
        var page = browser.get("/passcode").expect(200);
        var code = page.body().replaceAll("(?s).*<code>([^<]+)</code>.*", "$1");
        var tokens = uaa.token(Uaa.basic("pks_cluster_client", ""), Map.of("grant_type", "password", "passcode", code))
                .expect(200);
        var claims = SignedJWT.parse(tokens.text("id_token")).getJWTClaimsSet();
        assertThat(claims.getStringClaim("user_name")).isEqualTo("quinn");
        assertThat(claims.getStringClaim("origin")).isEqualTo("corp");
        assertThat(claims.getStringClaim("email")).isEqualTo("quinn@corp.example");

        // The answer of the provider works once, in the browser that asked.
        assertThat(browser.get(callback).expect(400).body()).contains("was not begun in this browser");
    }

    @Test
    void takesNoAnswerThatThisBrowserDidNotAskFor() {
        var victim = new Browser(uaa);
        var attacker = new Browser(uaa);
        var callback = throughTheProvider(attacker);
        assertThat(victim.get(callback).expect(400).body()).contains("was not begun in this browser");
        throughTheProvider(victim);
        assertThat(victim.get(callback).expect(400).body()).contains("was not begun in this browser");
        assertThat(victim.cookies()).doesNotContainKey("uaa_session");
        victim.get("/login/callback/nobody?code=x&state=y").error(404, "not_found");
    }

    @Test
    void takesIdTokensOfTheProviderByJwtBearer() {
        uaa.post("/oauth/clients", uaa.adminToken(), """
                {"client_id":"bearer","client_secret":"s","authorized_grant_types":["urn:ietf:params:oauth:grant-type:jwt-bearer"],
                "scope":["openid"]}""").expect(201);
        var grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        var theirs = provider.token(
                        Uaa.basic("uaa", "between us"),
                        Map.of("grant_type", "password", "username", "quinn", "password", "at the provider"))
                .expect(200);
        uaa.token(Uaa.basic("bearer", "s"), Map.of("grant_type", grant, "assertion", theirs.text("id_token")))
                .expect(200);
        var forAnother = provider.password("pks_cluster_client", "quinn", "at the provider")
                .text("id_token");
        uaa.token(Uaa.basic("bearer", "s"), Map.of("grant_type", grant, "assertion", forAnother))
                .error(401, "invalid_token");
        uaa.token(Uaa.basic("bearer", "s"), Map.of("grant_type", grant, "assertion", "no.jwt.here"))
                .error(401, "invalid_token", "The assertion is no JWT.");
    }

    @Test
    void saysThatTheProviderIsGone() {
        var gone = "http://localhost:" + freePort() + "/oauth/token";
        try (var cut = Uaa.start(settings(gone))) {
            assertThat(new Browser(cut).get("/login/external/corp").expect(400).body())
                    .contains(gone, "cannot be reached", "Internal users can log in");
            cut.password("pks_cli", "admin", Uaa.ADMIN_PASSWORD).expect(200);
        }
    }

    @Test
    void refusesSettingsThatContradictEachOther() {
        var taken = settings(issuer);
        taken.put("openpks.uaa.oidc[0].origin", "ldap");
        assertThat(failure(taken)).contains("the origin 'ldap' is taken");
        assertThat(failure(Map.of("openpks.uaa.saml.metadata", "x")))
                .contains("openpks.uaa.saml.metadata", "has no SAML");
    }

    private static String failure(Map<String, Object> settings) {
        try (var started = Uaa.start(settings)) {
            return "started";
        } catch (RuntimeException e) {
            var messages = new StringBuilder();
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                messages.append(cause.getMessage()).append('\n');
            }
            return messages.toString();
        }
    }

    /// Goes to the provider, logs in there, and gives the address that it sends the browser back to.
    private static String throughTheProvider(Browser browser) {
        var sent = browser.get("/login/external/corp?continue=/passcode").expect(302);
        assertThat(sent.header("Location")).startsWith(issuer.replace("/token", "/authorize?"));
        var there = new Browser(provider)
                .logIn(Browser.path(sent.header("Location")), "quinn", "at the provider")
                .expect(302);
        assertThat(there.header("Location")).startsWith("https://localhost:8443/login/callback/corp?code=");
        return Browser.path(there.header("Location"));
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
