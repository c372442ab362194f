package org.openpks.uaa.authorize;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.util.HtmlUtils;

/// The pages that people see: no scripts, nothing from elsewhere, every foreign text escaped.
final class Pages {

    /// The form field and cookie against forged requests.
    static final String CSRF = "X-Uaa-Csrf";

    private static final String STYLE = """
            body{font:16px system-ui,sans-serif;max-width:26em;margin:4em auto;padding:0 1em}\
            label{display:block;margin:.8em 0}input:not([type=checkbox]){display:block;width:100%;padding:.5em;\
            box-sizing:border-box}button{padding:.5em 1.2em}.error{color:#a00}code{font-size:1.4em;user-select:all}""";

    private Pages() {}

    static ResponseEntity<String> login(String csrf, String goOn, String error, Map<String, String> providers) {
        var external = providers.entrySet().stream()
                .map(provider -> "<p><a href=\"/login/external/%s?continue=%s\">%s</a></p>"
                        .formatted(
                                escape(provider.getKey()),
                                escape(URLEncoder.encode(goOn, StandardCharsets.UTF_8)),
                                escape(provider.getValue())))
                .collect(Collectors.joining());
        return page(200, "Log in", """
                %s
                <form method="post" action="/login.do" autocomplete="on">
                <input type="hidden" name="%s" value="%s"><input type="hidden" name="continue" value="%s">
                <label>User name <input name="username" required autofocus autocomplete="username"></label>
                <label>Password <input name="password" type="password" required autocomplete="current-password"></label>
                <button>Log in</button>
                </form>%s""".formatted(
                        paragraph("error", sentence(error)), CSRF, escape(csrf), escape(goOn), external));
    }

    private static String sentence(String error) {
        return switch (error) {
            case "" -> "";
            case "account_locked" ->
                "Your account has been locked because of too many failed attempts to login. Try again later.";
            case "invalid_login_request" -> "The form was too old. Please try again.";
            case "password_change_required" -> "Your password must be changed; ask your administrator.";
            case "account_not_verified" -> "Your account is not verified yet; ask your administrator.";
            case "provider_failure" -> "The identity provider could not log you in. Please try again.";
            default -> "Unable to verify user name or password. Please try again.";
        };
    }

    static ResponseEntity<String> approval(
            String csrf, String client, Collection<String> scopes, Map<String, String> parameters) {
        var hidden = parameters.entrySet().stream()
                .map(parameter -> "<input type=\"hidden\" name=\"%s\" value=\"%s\">"
                        .formatted(escape(parameter.getKey()), escape(parameter.getValue())))
                .collect(Collectors.joining());
        var boxes = scopes.stream()
                .map(scope -> "<label><input type=\"checkbox\" name=\"approved\" value=\"%1$s\" checked> %1$s</label>"
                        .formatted(escape(scope)))
                .collect(Collectors.joining());
        return page(200, "Allow access", """
                <p><b>%s</b> wants to act for you with these scopes:</p>
                <form method="post" action="/oauth/authorize">
                <input type="hidden" name="%s" value="%s">%s%s
                <button name="user_oauth_approval" value="true">Allow</button>
                <button name="user_oauth_approval" value="false">Deny</button>
                </form>""".formatted(escape(client), CSRF, escape(csrf), hidden, boxes));
    }

    static ResponseEntity<String> passcode(String userName, String passcode) {
        return page(200, "Temporary authentication code", """
                <p>You are %s. Type this code within five minutes; it can be used once.</p>
                <p><code>%s</code></p>""".formatted(escape(userName), escape(passcode)));
    }

    static ResponseEntity<String> loggedIn(String userName) {
        return page(200, "Logged in", """
                <p>You are logged in as %s.</p>
                <p><a href="/passcode">Get a temporary authentication code</a></p>
                <p><a href="/logout.do">Log out</a></p>""".formatted(escape(userName)));
    }

    static ResponseEntity<String> error(String sentence) {
        return page(400, "This request cannot be answered", paragraph("error", sentence));
    }

    private static String paragraph(String style, String text) {
        return text.isEmpty() ? "" : "<p class=\"%s\">%s</p>".formatted(style, escape(text));
    }

    private static String escape(String text) {
        return HtmlUtils.htmlEscape(text);
    }

    private static ResponseEntity<String> page(int status, String title, String body) {
        return ResponseEntity.status(status)
                .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                .cacheControl(CacheControl.noStore())
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
                .header("Referrer-Policy", "no-referrer")
                .body("""
                        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>%1$s</title>
                        <meta name="viewport" content="width=device-width"><style>%2$s</style></head>
                        <body><h1>%1$s</h1>
                        %3$s
                        </body></html>
                        """.formatted(title, STYLE, body));
    }
}
