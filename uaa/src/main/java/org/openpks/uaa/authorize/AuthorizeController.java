package org.openpks.uaa.authorize;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.openpks.uaa.client.Clients;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.login.Logins;
import org.openpks.uaa.token.AuthorizationCodes;
import org.openpks.uaa.token.ImplicitTokens;
import org.openpks.uaa.token.UserScopes;
import org.openpks.uaa.user.User;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// `/oauth/authorize`: sends the browser back to a client with a code or with tokens, after the user logged in
/// and agreed. A client or an address that is not known ends on an error page, never in a redirect.
@RestController
class AuthorizeController {

    private final Clients clients;
    private final Logins logins;
    private final BrowserSessions sessions;
    private final Approvals approvals;
    private final UserScopes scopes;
    private final AuthorizationCodes codes;
    private final ImplicitTokens tokens;
    private final InstantSource clock;

    AuthorizeController(
            Clients clients,
            Logins logins,
            BrowserSessions sessions,
            Approvals approvals,
            UserScopes scopes,
            AuthorizationCodes codes,
            ImplicitTokens tokens,
            InstantSource clock) {
        this.clients = clients;
        this.logins = logins;
        this.sessions = sessions;
        this.approvals = approvals;
        this.scopes = scopes;
        this.codes = codes;
        this.tokens = tokens;
        this.clock = clock;
    }

    @GetMapping("/oauth/authorize")
    ResponseEntity<String> authorize(
            @RequestParam Map<String, String> parameters, CsrfToken csrf, HttpServletRequest http) {
        return answered(parameters, request -> {
            var session = sessions.current(http);
            if (session.isEmpty()) {
                return logInFirst(request);
            }
            return decide(request, session.get(), csrf);
        });
    }

    /// The approval page's form; also where `uaac token get` shows name and password (`source=credentials`),
    /// which needs no session and makes none.
    @PostMapping("/oauth/authorize")
    ResponseEntity<String> approve(
            @RequestParam Map<String, String> parameters,
            @RequestParam(name = "approved", defaultValue = "") List<String> approved,
            CsrfToken csrf,
            HttpServletRequest http) {
        if (isCredentials(http)) {
            return byCredentials(parameters);
        }
        return answered(parameters, request -> {
            var session = sessions.current(http);
            if (session.isEmpty()) {
                return logInFirst(request);
            }
            if (parameters.containsKey("user_oauth_approval")) {
                var asked = unanswered(request, session.get().user());
                boolean agreed = parameters.get("user_oauth_approval").equals("true");
                approvals.store(session.get().user().id(), request.client().id(), asked, agreed ? approved : List.of());
            }
            return decide(request, session.get(), csrf);
        });
    }

    static boolean isCredentials(HttpServletRequest request) {
        return "credentials".equals(request.getParameter("source"));
    }

    private ResponseEntity<String> byCredentials(Map<String, String> parameters) {
        var request = known(parameters);
        var user = logins.password(
                parameters.getOrDefault("username", ""),
                parameters.getOrDefault("password", ""),
                Optional.empty(),
                request.client().id());
        request.check();
        return back(request, user, clock.instant(), scopes.of(request.client(), user, request.scopes()));
    }

    private interface Step {
        ResponseEntity<String> take(AuthorizeRequest request);
    }

    /// Errors before the client's address is known to be good stay here; later ones go back to the client.
    private ResponseEntity<String> answered(Map<String, String> parameters, Step step) {
        AuthorizeRequest request;
        try {
            request = known(parameters);
        } catch (UaaFault fault) {
            return Pages.error(String.valueOf(fault.getError().getDescription()));
        }
        try {
            request.check();
            return step.take(request);
        } catch (UaaFault fault) {
            return refused(
                    request, fault.name(), String.valueOf(fault.getError().getDescription()));
        }
    }

    private AuthorizeRequest known(Map<String, String> parameters) {
        var client = clients.find(parameters.getOrDefault("client_id", ""))
                .orElseThrow(() -> UaaFault.oauth("invalid_client", "There is no such client."));
        var given = Optional.ofNullable(parameters.get("redirect_uri")).filter(uri -> !uri.isEmpty());
        given.filter(uri -> !RedirectUris.allowed(client.redirectUris(), uri)).ifPresent(uri -> {
            throw UaaFault.oauth(
                    "invalid_request", "The redirect_uri is not registered for the client %s.".formatted(client.id()));
        });
        var redirectUri = given.or(() -> RedirectUris.only(client.redirectUris()))
                .orElseThrow(() -> UaaFault.oauth("invalid_request", "redirect_uri is missing."));
        return AuthorizeRequest.of(client, redirectUri, parameters);
    }

    private ResponseEntity<String> logInFirst(AuthorizeRequest request) {
        if (request.silent()) {
            return refused(request, "login_required", "The user is not logged in.");
        }
        var here = "/oauth/authorize?" + query(request.parameters());
        return LoginController.redirect("/login?continue=" + URLEncoder.encode(here, StandardCharsets.UTF_8));
    }

    private ResponseEntity<String> decide(AuthorizeRequest request, BrowserSessions.Session session, CsrfToken csrf) {
        var user = session.user();
        var client = request.client();
        if (!client.allowsProvider(user.origin())) {
            throw UaaFault.oauth("access_denied", "Users of %s may not use this client.".formatted(user.origin()));
        }
        var open = unanswered(request, user);
        if (!open.isEmpty()) {
            return request.silent()
                    ? refused(request, "interaction_required", "The user has not agreed yet.")
                    : Pages.approval(csrf.getToken(), client.name(), open, request.parameters());
        }
        var granted = new TreeSet<>(scopes.of(client, user, request.scopes()));
        granted.removeAll(approvals.find(user.id(), client.id(), false).stream()
                .filter(scope -> !client.autoApprove().covers(scope))
                .toList());
        if (granted.isEmpty()) {
            // Who denied everything is asked again the next time.
            approvals.forget(user.id(), client.id());
            throw UaaFault.oauth("access_denied", "The user denied the access.");
        }
        return back(request, user, session.authTime(), granted);
    }

    /// Scopes that need the user's word and do not have it, nor a refusal beside something granted.
    private SortedSet<String> unanswered(AuthorizeRequest request, User user) {
        var client = request.client();
        var open = new TreeSet<>(scopes.of(client, user, request.scopes()));
        open.removeIf(client.autoApprove()::covers);
        open.removeAll(approvals.find(user.id(), client.id(), true));
        open.removeAll(approvals.find(user.id(), client.id(), false));
        return open;
    }

    private ResponseEntity<String> back(
            AuthorizeRequest request, User user, Instant authTime, SortedSet<String> granted) {
        var answer = new LinkedHashMap<String, String>();
        if (request.responseTypes().contains("code")) {
            answer.put(
                    "code",
                    codes.issue(new AuthorizationCodes.Code(
                            request.client().id(),
                            user.id(),
                            List.copyOf(granted),
                            request.redirectUriGiven() ? Optional.of(request.redirectUri()) : Optional.empty(),
                            request.parameter("code_challenge"),
                            request.challengeMethod(),
                            request.parameter("nonce"),
                            authTime)));
        }
        if (request.responseTypes().contains("token") || request.responseTypes().contains("id_token")) {
            var issued = tokens.issue(request.client(), user, granted, authTime, request.parameter("nonce"));
            issued.body().forEach((name, value) -> {
                boolean wanted = name.equals("id_token")
                        ? request.responseTypes().contains("id_token")
                        : request.responseTypes().contains("token");
                if (wanted) {
                    answer.put(name, String.valueOf(value));
                }
            });
        }
        return redirect(request, answer);
    }

    private static ResponseEntity<String> refused(AuthorizeRequest request, String error, String description) {
        var answer = new LinkedHashMap<String, String>();
        answer.put("error", error);
        answer.put("error_description", description);
        return redirect(request, answer);
    }

    private static ResponseEntity<String> redirect(AuthorizeRequest request, Map<String, String> answer) {
        request.parameter("state").ifPresent(state -> answer.put("state", state));
        var base = request.redirectUri();
        var separator = request.inFragment() ? "#" : base.contains("?") ? "&" : "?";
        return ResponseEntity.status(302)
                .location(URI.create(base + separator + query(answer)))
                .header("Cache-Control", "no-store")
                .build();
    }

    private static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter ->
                        parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
