package org.openpks.uaa;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openpks.database.TestDatabase;

/// Logging in by browser: pages, approvals, codes, passcodes.
class AuthorizeIT {

    private static final String CALLBACK = "http://localhost:4711/callback";
    private static final String VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123";
    private static Map<String, Object> database;
    private static Uaa uaa;

    @BeforeAll
    static void start() {
        database = TestDatabase.settings("uaa");
        uaa = Uaa.over(database, Map.of());
        var admin = uaa.adminToken();
        client(admin, "asks", "\"secret\"", "[\"authorization_code\"]", "");
        client(admin, "public", "null", "[\"authorization_code\"]", ",\"allowpublic\":true,\"autoapprove\":true");
        client(admin, "browser", "\"\"", "[\"implicit\",\"authorization_code\"]", ",\"autoapprove\":true");
    }

    private static void client(String admin, String id, String secret, String grants, String more) {
        uaa.post("/oauth/clients", admin, """
                {"client_id":"%s","client_secret":%s,"authorized_grant_types":%s,"scope":["openid","pks.clusters.admin"],
                "redirect_uri":["https://app.example/cb","http://localhost:*/**"]%s}""".formatted(id, secret, grants, more))
                .expect(201);
    }

    @AfterAll
    static void stop() {
        uaa.close();
    }

    @Test
    void logsInAsksAndGivesACode() throws Exception {
        var browser = new Browser(uaa);
        var page = browser.logIn(
                authorize("asks", "&state=a%20b&nonce=n1&scope=openid%20pks.clusters.admin"),
                "admin",
                Uaa.ADMIN_PASSWORD);
        assertThat(page.expect(200).body()).contains("<b>asks</b>", "pks.clusters.admin", "openid");
        assertThat(page.header("X-Frame-Options")).isEqualTo("DENY");
        var answer = browser.post(
                        "/oauth/authorize",
                        Browser.with(Browser.hidden(page), "user_oauth_approval", "true", "approved", "openid"))
                .expect(302);
        var back = Browser.parameters(answer.header("Location"));
        assertThat(answer.header("Location")).startsWith(CALLBACK + "?");
        assertThat(back).containsEntry("state", "a b").containsKey("code");

        var tokens = exchange("asks", "secret", back.get("code"), Map.of()).expect(200);
        assertThat(tokens.text("scope")).isEqualTo("openid");
        assertThat(tokens.text("refresh_token")).isNotEmpty();
        var idToken = SignedJWT.parse(tokens.text("id_token")).getJWTClaimsSet();
        assertThat(idToken.getStringClaim("nonce")).isEqualTo("n1");

        // What was agreed to is not asked again; a code works once, and its tokens end when it is shown again.
        browser.get(authorize("asks", "&scope=openid")).expect(302);
        exchange("asks", "secret", back.get("code"), Map.of()).error(400, "invalid_grant");
        uaa.token(
                        Uaa.basic("asks", "secret"),
                        Map.of("grant_type", "refresh_token", "refresh_token", tokens.text("refresh_token")))
                .error(401, "invalid_token");
    }

    @Test
    void takesANoForAnAnswer() {
        var browser = new Browser(uaa);
        uaa.post(
                        "/oauth/clients",
                        uaa.adminToken(),
                        "{\"client_id\":\"denied\",\"client_secret\":\"s\",\"authorized_grant_types\":[\"authorization_code\"],\"scope\":[\"openid\"],\"redirect_uri\":[\"http://localhost:*/**\"]}")
                .expect(201);
        var page = browser.logIn(authorize("denied", ""), "admin", Uaa.ADMIN_PASSWORD);
        var answer =
                browser.post("/oauth/authorize", Browser.with(Browser.hidden(page), "user_oauth_approval", "false"));
        assertThat(Browser.parameters(answer.header("Location"))).containsEntry("error", "access_denied");
        assertThat(browser.get(authorize("denied", "")).expect(200).body()).contains("Allow access");
    }

    @Test
    void holdsPublicClientsToPkce() throws Exception {
        var browser = new Browser(uaa);
        var challenge = "&code_challenge_method=S256&code_challenge=" + challenge();
        browser.logIn(authorize("public", challenge), "admin", Uaa.ADMIN_PASSWORD)
                .expect(302);
        assertThat(Browser.parameters(browser.get(authorize("public", "")).header("Location")))
                .containsEntry("error", "invalid_request");

        publicExchange(code(browser, "public", challenge), "x".repeat(43)).error(400, "invalid_grant");
        // A code is used up by the first try.
        var code = code(browser, "public", challenge);
        var tokens = publicExchange(code, VERIFIER).expect(200);
        publicExchange(code, VERIFIER).error(400, "invalid_grant");
        assertThat(SignedJWT.parse(tokens.text("access_token"))
                        .getJWTClaimsSet()
                        .getStringClaim("client_auth_method"))
                .isEqualTo("none");
        // Without the verifier the client has not said who it is.
        uaa.form(
                        "/oauth/token",
                        "",
                        Map.of("grant_type", "password", "client_id", "public", "username", "a", "password", "b"))
                .error(401, "invalid_client");
    }

    @Test
    void rotatesTheRefreshTokensOfPublicClients() throws Exception {
        var browser = new Browser(uaa);
        var challenge = "&code_challenge_method=S256&code_challenge=" + challenge();
        browser.logIn(authorize("public", challenge), "admin", Uaa.ADMIN_PASSWORD);
        var first = publicExchange(code(browser, "public", challenge), VERIFIER).text("refresh_token");
        var second = publicRefresh(first).expect(200).text("refresh_token");
        assertThat(second).isNotEqualTo(first);
        publicRefresh(second).expect(200);
        // The replayed one ends the whole family.
        publicRefresh(first).error(401, "invalid_token");
        publicRefresh(second).error(401, "invalid_token");
    }

    @Test
    void wantsTheAddressOfTheRequestAndTheRightClient() {
        var browser = new Browser(uaa);
        browser.logIn(authorize("browser", ""), "admin", Uaa.ADMIN_PASSWORD);
        exchange("browser", "", code(browser, "browser", ""), Map.of("redirect_uri", "http://localhost:1/"))
                .error(400, "invalid_grant", "Redirect URI mismatch.");
        exchange("asks", "secret", code(browser, "browser", ""), Map.of()).error(400, "invalid_grant");
        exchange("browser", "", "made-up", Map.of()).error(400, "invalid_grant", "Invalid authorization code: made-up");
    }

    @Test
    void neverRedirectsToStrangers() {
        var browser = new Browser(uaa);
        for (var bad : new String[] {"https://evil.example/", "http://localhost:1@evil.example/", ""}) {
            var answer =
                    browser.get("/oauth/authorize?response_type=code&client_id=asks&redirect_uri=" + Uaa.encode(bad));
            assertThat(answer.expect(400).header("Location")).isEmpty();
        }
        browser.get("/oauth/authorize?response_type=code&client_id=nobody&redirect_uri=https://app.example/cb")
                .expect(400);
        for (var goOn : new String[] {"https://evil.example/", "//evil.example/", "/\\evil.example", "/Users"}) {
            var page = browser.get("/login?continue=" + Uaa.encode(goOn)).expect(200);
            var answer = browser.post(
                    "/login.do",
                    Browser.with(Browser.hidden(page), "username", "admin", "password", Uaa.ADMIN_PASSWORD));
            assertThat(answer.expect(302).header("Location")).isEqualTo("/");
        }
        assertThat(browser.get("/logout.do?client_id=asks&redirect=https://evil.example/")
                        .header("Location"))
                .isEqualTo("/login");
        assertThat(browser.get("/logout.do?client_id=asks&redirect=https://app.example/cb")
                        .header("Location"))
                .isEqualTo("https://app.example/cb");
    }

    @Test
    void refusesFormsFromElsewhere() {
        var browser = new Browser(uaa);
        var page = browser.get("/login").expect(200);
        var fields = Browser.with(Browser.hidden(page), "username", "admin", "password", Uaa.ADMIN_PASSWORD);
        var without = new HashMap<>(fields);
        without.remove("X-Uaa-Csrf");
        assertThat(browser.post("/login.do", without).expect(302).header("Location"))
                .endsWith("/login?error=invalid_login_request");
        assertThat(browser.cookies()).doesNotContainKey("uaa_session");
        new Browser(uaa)
                .post("/oauth/authorize", Map.of("user_oauth_approval", "true"))
                .error(403, "access_denied");
        var loggedIn = browser.post("/login.do", fields).expect(302);
        assertThat(loggedIn.header("Set-Cookie")).contains("Secure", "HttpOnly", "SameSite=Lax");
        assertThat(browser.cookies()).containsKey("uaa_session");
    }

    @Test
    void escapesWhatComesFromOutside() {
        var page = new Browser(uaa).get("/login?continue=" + Uaa.encode("\"><script>alert(1)</script>"));
        assertThat(page.body()).doesNotContain("<script>");
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'");
    }

    @Test
    void showsTheReasonOfARefusal() {
        var browser = new Browser(uaa);
        var answer = browser.logIn("/passcode", "admin", "wrong").expect(302);
        assertThat(answer.header("Location")).isEqualTo("/login?error=login_failure&continue=%2Fpasscode");
        assertThat(browser.get(answer.header("Location")).body()).contains("Unable to verify");
    }

    @Test
    void answersSilentRequests() {
        var browser = new Browser(uaa);
        assertThat(Browser.parameters(
                        browser.get(authorize("asks", "&prompt=none")).header("Location")))
                .containsEntry("error", "login_required");
        assertThat(Browser.parameters(browser.get("/oauth/authorize?client_id=asks&response_type=magic&redirect_uri="
                                + Uaa.encode(CALLBACK))
                        .header("Location")))
                .containsEntry("error", "unsupported_response_type");
    }

    /// `uaac token get joe pw`
    @Test
    void takesCredentialsInTheRequest() {
        var path = "/oauth/authorize?client_id=browser&response_type=token&redirect_uri=" + Uaa.encode(CALLBACK)
                + "&state=s&nonce=n";
        var answer = uaa.send(uaa.request(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(
                                "username=admin&password=" + Uaa.encode(Uaa.ADMIN_PASSWORD) + "&source=credentials")))
                .expect(302);
        var fragment = Browser.parameters(answer.header("Location"));
        assertThat(answer.header("Location")).startsWith(CALLBACK + "#");
        assertThat(fragment)
                .containsOnlyKeys("access_token", "token_type", "expires_in", "scope", "jti", "state")
                .containsEntry("token_type", "bearer");
        uaa.send(uaa.request(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("username=admin&password=wrong&source=credentials")))
                .error(401, "invalid_client", "Bad credentials");
    }

    @Test
    void givesPasscodesThatWorkOnce() {
        var browser = new Browser(uaa);
        browser.logIn("/passcode", "admin", Uaa.ADMIN_PASSWORD);
        var page = browser.get("/passcode").expect(200);
        var code = page.body().replaceAll("(?s).*<code>([^<]+)</code>.*", "$1");
        assertThat(code).matches("[a-z2-9]{20}");
        var fields = Map.of("grant_type", "password", "passcode", code);
        uaa.token(Uaa.basic("pks_cli", ""), fields).expect(200);
        uaa.token(Uaa.basic("pks_cli", ""), fields).error(401, "invalid_client", "Bad credentials");
        uaa.token(Uaa.basic("pks_cli", ""), Map.of("grant_type", "password", "passcode", "guess"))
                .error(401, "invalid_client");
    }

    /// Sessions, codes and forms do not mind which process they meet.
    @Test
    void servesOneBrowserByTwoProcesses() {
        try (var second = Uaa.over(database, Map.of())) {
            var browser = new Browser(uaa);
            browser.logIn(authorize("browser", ""), "admin", Uaa.ADMIN_PASSWORD).expect(302);
            var other = new Browser(second);
            other.cookies().putAll(browser.cookies());
            var code = code(other, "browser", "");
            exchange("browser", "", code, Map.of()).expect(200);
            var user = uaa.get("/Users?filter=" + Uaa.encode("userName eq \"admin\""), uaa.adminToken())
                    .json()
                    .get("resources")
                    .get(0)
                    .get("id")
                    .asString();
            second.get("/oauth/token/revoke/user/" + user, second.adminToken()).expect(200);
            assertThat(browser.get(authorize("browser", "")).expect(302).header("Location"))
                    .startsWith("/login");
        }
    }

    @Test
    void takesItsOwnIdTokenForALogIn() {
        uaa.post("/oauth/clients", uaa.adminToken(), """
                {"client_id":"bearer","client_secret":"s","authorized_grant_types":["password",
                "urn:ietf:params:oauth:grant-type:jwt-bearer"],"scope":["openid","pks.clusters.admin"]}""").expect(201);
        var idToken = uaa.token(
                        Uaa.basic("bearer", "s"),
                        Map.of("grant_type", "password", "username", "admin", "password", Uaa.ADMIN_PASSWORD))
                .expect(200);
        var grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        var tokens = uaa.token(
                        Uaa.basic("bearer", "s"), Map.of("grant_type", grant, "assertion", idToken.text("id_token")))
                .expect(200);
        assertThat(tokens.text("scope")).isEqualTo("openid pks.clusters.admin");
        uaa.token(Uaa.basic("bearer", "s"), Map.of("grant_type", grant, "assertion", idToken.text("access_token")))
                .error(401, "invalid_token");
        var foreign =
                uaa.password("pks_cluster_client", "admin", Uaa.ADMIN_PASSWORD).text("id_token");
        uaa.token(Uaa.basic("bearer", "s"), Map.of("grant_type", grant, "assertion", foreign))
                .error(401, "invalid_token", "The assertion is meant for another client.");
    }

    private static String authorize(String client, String more) {
        return "/oauth/authorize?response_type=code&client_id=" + client + "&redirect_uri=" + Uaa.encode(CALLBACK)
                + more;
    }

    private static String code(Browser browser, String client, String more) {
        var answer = browser.get(authorize(client, more)).expect(302);
        return Browser.parameters(answer.header("Location")).get("code");
    }

    private static Uaa.Answer exchange(String client, String secret, String code, Map<String, String> more) {
        var fields = new HashMap<>(Map.of("grant_type", "authorization_code", "code", code, "redirect_uri", CALLBACK));
        fields.putAll(more);
        return uaa.token(Uaa.basic(client, secret), fields);
    }

    private static Uaa.Answer publicExchange(String code, String verifier) {
        return uaa.token(
                "",
                Map.of(
                        "grant_type", "authorization_code",
                        "client_id", "public",
                        "code", code,
                        "redirect_uri", CALLBACK,
                        "code_verifier", verifier));
    }

    private static Uaa.Answer publicRefresh(String token) {
        return uaa.token("", Map.of("grant_type", "refresh_token", "client_id", "public", "refresh_token", token));
    }

    private static String challenge() throws Exception {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.UTF_8)));
    }
}
