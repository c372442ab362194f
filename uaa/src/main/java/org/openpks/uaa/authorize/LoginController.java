package org.openpks.uaa.authorize;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.openpks.uaa.client.Client;
import org.openpks.uaa.client.Clients;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.login.Logins;
import org.openpks.uaa.token.Passcodes;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Logging in and out by browser, and one-time codes for those who are.
@RestController
class LoginController {

    private final Logins logins;
    private final BrowserSessions sessions;
    private final BrowserProviders providers;
    private final Passcodes passcodes;
    private final Clients clients;
    private final LoginInfo info;

    LoginController(
            Logins logins,
            BrowserSessions sessions,
            BrowserProviders providers,
            Passcodes passcodes,
            Clients clients,
            LoginInfo info) {
        this.logins = logins;
        this.sessions = sessions;
        this.providers = providers;
        this.passcodes = passcodes;
        this.clients = clients;
        this.info = info;
    }

    /// A page for browsers; the prompts as JSON for everybody else.
    @GetMapping("/login")
    ResponseEntity<?> login(
            @RequestHeader(name = "Accept", defaultValue = "") String accept,
            @RequestParam(name = "continue", defaultValue = "") String goOn,
            @RequestParam(defaultValue = "") String error,
            CsrfToken csrf) {
        return accept.contains("text/html")
                ? Pages.login(csrf.getToken(), goOn, error, providers.links())
                : ResponseEntity.ok(info.json());
    }

    @PostMapping("/login.do")
    ResponseEntity<String> logIn(
            @RequestParam(defaultValue = "") String username,
            @RequestParam(defaultValue = "") String password,
            @RequestParam(name = "continue", defaultValue = "") String goOn,
            HttpServletResponse response) {
        try {
            sessions.begin(logins.password(username, password, Optional.empty(), "browser"), response);
            return redirect(target(goOn));
        } catch (UaaFault fault) {
            return redirect("/login?error=%s&continue=%s"
                    .formatted(reason(fault), URLEncoder.encode(goOn, StandardCharsets.UTF_8)));
        }
    }

    private static String reason(UaaFault fault) {
        var description = String.valueOf(fault.getError().getDescription());
        return switch (fault.name()) {
            case "access_denied" -> "account_not_verified";
            case "unauthorized" -> description.contains("locked") ? "account_locked" : "password_change_required";
            case "server_error" -> "provider_failure";
            default -> "login_failure";
        };
    }

    /// After a log-in people go where they wanted to: to two paths of ours, and nowhere else.
    static String target(String goOn) {
        return goOn.startsWith("/oauth/authorize?") || goOn.equals("/passcode") ? goOn : "/";
    }

    @GetMapping("/")
    ResponseEntity<String> home(HttpServletRequest request) {
        return sessions.current(request)
                .map(session -> Pages.loggedIn(session.user().userName()))
                .orElseGet(() -> redirect("/login"));
    }

    /// A fresh code for the grant `password`.
    @GetMapping("/passcode")
    ResponseEntity<String> passcode(HttpServletRequest request) {
        return sessions.current(request)
                .map(session ->
                        Pages.passcode(session.user().userName(), passcodes.issue(session.user(), session.authTime())))
                .orElseGet(() -> redirect("/login?continue=/passcode"));
    }

    /// @param redirect counts only if the client registered it
    @GetMapping({"/logout.do", "/logout"})
    ResponseEntity<String> logOut(
            @RequestParam(defaultValue = "") String redirect,
            @RequestParam(name = "client_id", defaultValue = "") String clientId,
            HttpServletRequest request,
            HttpServletResponse response) {
        sessions.end(request, response);
        boolean registered = clients.find(clientId)
                .map(Client::redirectUris)
                .filter(uris -> RedirectUris.allowed(uris, redirect))
                .isPresent();
        return redirect(registered ? redirect : "/login");
    }

    static ResponseEntity<String> redirect(String location) {
        return ResponseEntity.status(302).location(URI.create(location)).build();
    }
}
