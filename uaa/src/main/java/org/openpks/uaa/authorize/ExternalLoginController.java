package org.openpks.uaa.authorize;

import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import org.openpks.kernel.Sealer;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.login.Logins;
import org.openpks.uaa.policy.Digests;
import org.openpks.uaa.provider.BrowserProvider;
import org.openpks.uaa.provider.ShadowUsers;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Logging in at another identity provider. What must be known when the browser comes back travels with it,
/// sealed in a cookie, so that any process may receive it.
@RestController
class ExternalLoginController {

    private static final String COOKIE = "uaa_external";
    private static final String PATH = "/login";
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final BrowserProviders providers;
    private final ShadowUsers shadowUsers;
    private final Logins logins;
    private final BrowserSessions sessions;
    private final Sealer sealer;
    private final UaaSettings settings;
    private final JsonMapper mapper;
    private final InstantSource clock;

    ExternalLoginController(
            BrowserProviders providers,
            ShadowUsers shadowUsers,
            Logins logins,
            BrowserSessions sessions,
            UaaSettings settings,
            JsonMapper mapper,
            InstantSource clock) {
        this.providers = providers;
        this.shadowUsers = shadowUsers;
        this.logins = logins;
        this.sessions = sessions;
        this.sealer = new Sealer(settings.encryptionKey());
        this.settings = settings;
        this.mapper = mapper;
        this.clock = clock;
    }

    /// @param goOn where the person wanted to go
    /// @param until seconds since the epoch
    private record Travel(String origin, String state, String nonce, String verifier, String goOn, long until) {}

    @GetMapping("/login/external/{origin}")
    ResponseEntity<String> begin(
            @PathVariable String origin,
            @RequestParam(name = "continue", defaultValue = "") String goOn,
            HttpServletResponse response) {
        var provider = provider(origin);
        var travel = new Travel(
                origin,
                Digests.random(),
                Digests.random(),
                Digests.random() + Digests.random(),
                goOn,
                clock.instant().plus(PATIENCE).getEpochSecond());
        Cookies.set(response, settings, COOKIE, PATH, sealer.seal(mapper.writeValueAsString(travel), COOKIE), PATIENCE);
        var challenge = Base64.getUrlEncoder().withoutPadding().encodeToString(Digests.sha256(travel.verifier()));
        try {
            return ResponseEntity.status(302)
                    .location(provider.logInAt(travel.state(), travel.nonce(), challenge))
                    .build();
        } catch (UaaFault fault) {
            return Pages.error(String.valueOf(fault.getError().getDescription()));
        }
    }

    @GetMapping("/login/callback/{origin}")
    ResponseEntity<String> back(
            @PathVariable String origin,
            @RequestParam(defaultValue = "") String code,
            @RequestParam(defaultValue = "") String state,
            @CookieValue(name = COOKIE, defaultValue = "") String cookie,
            HttpServletResponse response) {
        var provider = provider(origin);
        Cookies.forget(response, settings, COOKIE, PATH);
        try {
            var travel = opened(cookie, origin, state);
            if (code.isEmpty()) {
                throw UaaFault.oauth("access_denied", "The identity provider did not log you in.");
            }
            var user = shadowUsers.update(origin, provider.identity(code, travel.nonce(), travel.verifier()));
            logins.mayLogIn(user);
            logins.loggedOn(user, "browser");
            sessions.begin(user, response);
            return LoginController.redirect(LoginController.target(travel.goOn()));
        } catch (UaaFault fault) {
            return Pages.error(String.valueOf(fault.getError().getDescription()));
        }
    }

    private Travel opened(String cookie, String origin, String state) {
        try {
            var travel = mapper.readValue(sealer.open(cookie, COOKIE), Travel.class);
            boolean same = MessageDigest.isEqual(
                    travel.state().getBytes(StandardCharsets.UTF_8), state.getBytes(StandardCharsets.UTF_8));
            if (same
                    && travel.origin().equals(origin)
                    && travel.until() > clock.instant().getEpochSecond()) {
                return travel;
            }
        } catch (IllegalStateException | IllegalArgumentException | JacksonException e) {
            // Said below: not a cookie of ours.
        }
        throw UaaFault.oauth(
                "invalid_request", "This log-in was not begun in this browser, or took too long. Try again.");
    }

    private BrowserProvider provider(String origin) {
        return providers
                .find(origin)
                .orElseThrow(() -> UaaFault.of(404, "not_found", "There is no such identity provider."));
    }
}
