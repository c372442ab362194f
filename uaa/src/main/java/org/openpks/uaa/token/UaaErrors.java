package org.openpks.uaa.token;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// UAA's error answers at the token endpoint: statuses, codes and texts as UAA 77 gives them.
@Component
public class UaaErrors {

    private static final Set<String> UNAUTHORIZED =
            Set.of("invalid_client", "unauthorized_client", "invalid_token", "unauthorized");
    private static final Set<String> FORBIDDEN = Set.of("insufficient_scope", "access_denied");

    private final JsonMapper mapper;

    UaaErrors(JsonMapper mapper) {
        this.mapper = mapper;
    }

    static OAuth2AuthenticationException error(String code, String description) {
        return new OAuth2AuthenticationException(new OAuth2Error(code, description, null), description);
    }

    /// Unknown client, wrong secret, unknown user, wrong password: one text for all, so that nothing can be guessed
    /// from it.
    static OAuth2AuthenticationException badCredentials() {
        return error("invalid_client", "Bad credentials");
    }

    public void write(HttpServletRequest request, HttpServletResponse response, AuthenticationException exception)
            throws IOException {
        if (exception instanceof OAuth2AuthenticationException oauth) {
            write(response, oauth.getError());
        } else {
            write(
                    response,
                    new OAuth2Error("unauthorized", "Full authentication is required to access this resource", null));
        }
    }

    private void write(HttpServletResponse response, OAuth2Error error) throws IOException {
        var code = error.getErrorCode();
        response.setStatus(UNAUTHORIZED.contains(code) ? 401 : FORBIDDEN.contains(code) ? 403 : 400);
        if ("invalid_client".equals(code)) {
            response.setHeader(
                    "WWW-Authenticate",
                    "Basic realm=\"UAA/client\", error=\"unauthorized\", error_description=\"Bad credentials\"");
        }
        var description =
                error.getDescription() == null || error.getDescription().isEmpty()
                        ? standardText(code)
                        : error.getDescription();
        json(response, Map.of("error", code, "error_description", description));
    }

    /// Texts for errors that Spring Security itself finds; it gives them descriptions of its own or none.
    private static String standardText(String code) {
        return switch (code) {
            case "unsupported_grant_type" -> "Unsupported grant type";
            case "invalid_request" -> "Missing grant type";
            default -> code;
        };
    }

    void json(HttpServletResponse response, Map<String, ?> body) throws IOException {
        response.setContentType("application/json;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Pragma", "no-cache");
        mapper.writeValue(response.getOutputStream(), new LinkedHashMap<>(body));
    }
}
