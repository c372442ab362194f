package org.openpks.uaa.token;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.login.Logins;
import org.openpks.uaa.user.User;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// `password`: a name and a password, or a one-time passcode from `/passcode`.
@Component
class PasswordGrant implements Grant {

    private final Logins logins;
    private final Passcodes passcodes;
    private final UserScopes scopes;
    private final TokenIssuer issuer;
    private final JsonMapper mapper;

    PasswordGrant(Logins logins, Passcodes passcodes, UserScopes scopes, TokenIssuer issuer, JsonMapper mapper) {
        this.logins = logins;
        this.passcodes = passcodes;
        this.scopes = scopes;
        this.issuer = issuer;
        this.mapper = mapper;
    }

    @Override
    public String type() {
        return "password";
    }

    @Override
    public Issued issue(TokenRequest request) {
        var user = request.parameter("passcode")
                .map(code -> byPasscode(code, request))
                .orElseGet(() -> byPassword(request));
        if (!request.client().allowsProvider(user.origin())) {
            throw UaaFault.badCredentials();
        }
        var granted = scopes.of(request.client(), user, request.scopes());
        return issuer.forUser(Login.now(request, user, granted));
    }

    private User byPassword(TokenRequest request) {
        return logins.password(
                request.required("username"),
                request.required("password"),
                hint(request),
                request.client().id());
    }

    private User byPasscode(String code, TokenRequest request) {
        var user = passcodes.take(code).orElseThrow(UaaFault::badCredentials);
        logins.mayLogIn(user);
        logins.loggedOn(user, request.client().id());
        return user;
    }

    /// `login_hint={"origin":"ldap"}`; Spring has decoded it once, some clients encode it twice.
    private Optional<String> hint(TokenRequest request) {
        return request.parameter("login_hint").map(text -> {
            try {
                var decoded = text.startsWith("%") ? URLDecoder.decode(text, StandardCharsets.UTF_8) : text;
                var origin = mapper.readTree(decoded).path("origin");
                if (origin.isString()) {
                    return origin.asString();
                }
            } catch (JacksonException | IllegalArgumentException e) {
                // Said below, as for a hint that is JSON but names no origin.
            }
            throw UaaFault.oauth("invalid_request", "Invalid login hint: give {\"origin\":\"NAME\"}, URL-encoded");
        });
    }
}
