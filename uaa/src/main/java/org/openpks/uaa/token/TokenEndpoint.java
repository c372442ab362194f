package org.openpks.uaa.token;

import jakarta.servlet.http.HttpServletRequest;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.openpks.uaa.user.User;
import org.openpks.uaa.user.Users;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.stereotype.Component;

/// The grants of `POST /oauth/token`: password, client_credentials, refresh_token.
///
/// Parameters may stand in the body or in the query string, because `uaa refresh-token` puts them there; unknown
/// ones are let pass.
@Component
class TokenEndpoint implements AuthenticationConverter, AuthenticationProvider {

    private static final Logger log = LoggerFactory.getLogger(TokenEndpoint.class);

    /// What every user may do besides the groups, UAA's default groups.
    private static final Set<String> DEFAULT_GROUPS =
            Set.of("openid", "profile", "roles", "user_attributes", "uaa.user");

    private final Users users;
    private final Passwords passwords;
    private final TokenIssuer issuer;
    private final RefreshTokens refreshTokens;
    private final InstantSource clock;

    TokenEndpoint(
            Users users, Passwords passwords, TokenIssuer issuer, RefreshTokens refreshTokens, InstantSource clock) {
        this.users = users;
        this.passwords = passwords;
        this.issuer = issuer;
        this.refreshTokens = refreshTokens;
        this.clock = clock;
    }

    @Override
    public Authentication convert(HttpServletRequest request) {
        var parameters = new HashMap<String, String>();
        request.getParameterMap().forEach((name, values) -> {
            if (values.length > 0) {
                parameters.put(name, values[0]);
            }
        });
        var client = SecurityContextHolder.getContext().getAuthentication();
        if (client == null) {
            throw UaaErrors.error("unauthorized", "Full authentication is required to access this resource");
        }
        return new TokenRequest(client, parameters);
    }

    @Override
    public Authentication authenticate(Authentication authentication) {
        var request = (TokenRequest) authentication;
        var grant = request.grantType();
        if (!Set.of("password", "client_credentials", "refresh_token").contains(grant)) {
            throw UaaErrors.error("unsupported_grant_type", "Unsupported grant type");
        }
        if (!request.client().grantTypes().contains(grant)) {
            throw UaaErrors.error("invalid_client", "Unauthorized grant type: " + grant);
        }
        return request.answered(
                switch (grant) {
                    case "password" -> password(request);
                    case "client_credentials" -> clientCredentials(request);
                    default -> refresh(request);
                });
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return TokenRequest.class.isAssignableFrom(authentication);
    }

    private Issued password(TokenRequest request) {
        var name = required(request, "username");
        var password = required(request, "password");
        var user = users.findByName(name, Users.INTERNAL);
        if (!passwords.matches(password, user.map(User::passwordHash).orElse(Passwords.NONE))) {
            log.atInfo()
                    .addKeyValue("user", printable(name))
                    .addKeyValue("client", request.client().id())
                    .log("UserAuthenticationFailure");
            throw UaaErrors.badCredentials();
        }
        var known = user.orElseThrow();
        if (!known.active()) {
            throw UaaErrors.badCredentials();
        }
        if (!known.verified()) {
            throw UaaErrors.error("access_denied", "Account not verified");
        }
        var scopes = userScopes(request, known, request.client().scopes());
        log.atInfo()
                .addKeyValue("user", known.userName())
                .addKeyValue("client", request.client().id())
                .log("UserAuthenticationSuccess");
        return issuer.forUser(request.client(), known, scopes, "password");
    }

    private Issued clientCredentials(TokenRequest request) {
        var client = request.client();
        var allowed = new TreeSet<>(client.authorities());
        allowed.remove("uaa.none");
        var requested = requestedScopes(request);
        refuseForeign(requested, allowed);
        log.atInfo().addKeyValue("client", client.id()).log("ClientAuthenticationSuccess");
        return issuer.forClient(client, requested.isEmpty() ? allowed : requested);
    }

    private Issued refresh(TokenRequest request) {
        var text = required(request, "refresh_token");
        var stored = refreshTokens
                .find(text)
                .orElseThrow(() -> UaaErrors.error("invalid_token", "The token does not exist."));
        if (!stored.clientId().equals(request.client().id())) {
            throw UaaErrors.error("invalid_token", "The token does not exist.");
        }
        if (stored.expiresAt().isBefore(clock.instant())) {
            throw UaaErrors.error("invalid_token", "The refresh token expired.");
        }
        var user = users.find(stored.userId())
                .filter(User::active)
                .filter(known -> issuer.revocationSignature(request.client(), Optional.of(known))
                        .equals(stored.revocationSignature()))
                .orElseThrow(() -> UaaErrors.error("invalid_token", "The refresh token was revoked."));
        var scopes = userScopes(request, user, stored.scopes());
        return issuer.refreshed(request.client(), user, scopes, stored.authTime(), text);
    }

    /// Requested (or else all that is bounded) and still held by the user.
    private SortedSet<String> userScopes(TokenRequest request, User user, List<String> bound) {
        var requested = requestedScopes(request);
        refuseForeign(requested, bound);
        var scopes = new TreeSet<>(requested.isEmpty() ? Set.copyOf(bound) : requested);
        var held = new TreeSet<>(DEFAULT_GROUPS);
        held.addAll(users.groups(user.id()));
        scopes.retainAll(held);
        if (scopes.isEmpty()) {
            throw UaaErrors.error(
                    "invalid_scope",
                    (requested.isEmpty() ? bound : List.copyOf(requested))
                            + " is invalid. This user is not allowed any of the requested scopes");
        }
        return scopes;
    }

    private static void refuseForeign(SortedSet<String> requested, Collection<String> allowed) {
        requested.stream().filter(scope -> !allowed.contains(scope)).findFirst().ifPresent(scope -> {
            throw UaaErrors.error(
                    "invalid_scope", printable(scope) + " is invalid. Please use a valid scope name in the request");
        });
    }

    private static SortedSet<String> requestedScopes(TokenRequest request) {
        return request.parameter("scope")
                .map(text -> new TreeSet<>(Arrays.stream(text.split("[\\s,]+"))
                        .filter(scope -> !scope.isBlank())
                        .toList()))
                .orElseGet(TreeSet::new);
    }

    private static String required(TokenRequest request, String name) {
        return request.parameter(name)
                .orElseThrow(() -> UaaErrors.error("invalid_request", "Missing parameter: " + name));
    }

    /// What came from outside goes into logs and answers without control characters and not at any length.
    private static String printable(String text) {
        var clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() > 100 ? clean.substring(0, 100) + "…" : clean;
    }
}
