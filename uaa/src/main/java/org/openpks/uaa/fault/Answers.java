package org.openpks.uaa.fault;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// Writes JSON answers from filters, where Spring MVC does not reach.
@Component
public class Answers {

    private final JsonMapper mapper;

    Answers(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /// As Spring Security's entry points and failure handlers call it.
    public void refuse(HttpServletRequest request, HttpServletResponse response, AuthenticationException exception)
            throws IOException {
        write(response, fault(exception));
    }

    /// As Spring Security's access-denied handlers call it.
    public void refuse(HttpServletRequest request, HttpServletResponse response, AccessDeniedException exception)
            throws IOException {
        write(response, UaaFault.oauth("access_denied", "Access is denied"));
    }

    public void write(HttpServletResponse response, UaaFault fault) throws IOException {
        response.setStatus(fault.status());
        challenge(fault).ifPresent(text -> response.setHeader("WWW-Authenticate", text));
        json(response, fault.body());
    }

    /// A JSON answer that no cache keeps.
    public void json(HttpServletResponse response, Map<String, ?> body) throws IOException {
        response.setContentType("application/json;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Pragma", "no-cache");
        mapper.writeValue(response.getOutputStream(), body);
    }

    /// What `WWW-Authenticate` says for an error, in UAA's words.
    public static Optional<String> challenge(UaaFault fault) {
        if (fault.name().equals("invalid_client") && fault.status() == 401) {
            return Optional.of(
                    "Basic realm=\"UAA/client\", error=\"unauthorized\", error_description=\"Bad credentials\"");
        }
        if (fault.status() == 401 || fault.name().equals("insufficient_scope")) {
            return Optional.of("Bearer realm=\"UAA/oauth\", error=\"%s\", error_description=\"%s\""
                    .formatted(fault.name(), quoted(fault.getError().getDescription())));
        }
        return Optional.empty();
    }

    private static String quoted(String text) {
        return UaaFault.printable(text).replaceAll("[^\\x20-\\x7e]", "?").replace('"', '\'');
    }

    private static UaaFault fault(AuthenticationException exception) {
        return switch (exception) {
            case UaaFault fault -> fault;
            case OAuth2AuthenticationException oauth -> standard(oauth.getError());
            default -> UaaFault.unauthenticated();
        };
    }

    /// Errors that Spring Security itself finds; it gives them descriptions of its own or none.
    private static UaaFault standard(OAuth2Error error) {
        var code = error.getErrorCode();
        return UaaFault.oauth(
                code,
                switch (code) {
                    case "unsupported_grant_type" -> "Unsupported grant type";
                    case "invalid_request" -> "Missing grant type";
                    case "invalid_client" -> "Bad credentials";
                    default -> code;
                });
    }
}
