package org.openpks.uaa.fault;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;

/// An error as UAA's clients know it: a status, a name, a sentence, and sometimes more fields.
///
/// It is also Spring Security's exception, so that it passes through the authorization server's filters
/// unchanged.
public final class UaaFault extends OAuth2AuthenticationException {

    private static final long serialVersionUID = 1L;

    private static final Set<String> UNAUTHORIZED =
            Set.of("invalid_client", "unauthorized_client", "invalid_token", "unauthorized");
    private static final Set<String> FORBIDDEN = Set.of("insufficient_scope", "access_denied");

    private final int status;
    private final transient Map<String, Object> body;

    private UaaFault(int status, String name, String description, Map<String, ?> more) {
        super(new OAuth2Error(name, description, null), description);
        this.status = status;
        this.body = new LinkedHashMap<>();
        body.put("error", name);
        body.put("error_description", description);
        body.putAll(more);
    }

    /// An error of OAuth; its status follows from its name, as in UAA.
    public static UaaFault oauth(String name, String description) {
        return new UaaFault(statusOf(name), name, description, Map.of());
    }

    /// An error with a status of its own.
    public static UaaFault of(int status, String name, String description) {
        return new UaaFault(status, name, description, Map.of());
    }

    /// An error of users and groups, which repeats its sentence as `message`.
    public static UaaFault scim(int status, String name, String message) {
        return scim(status, name, message, Map.of());
    }

    public static UaaFault scim(int status, String name, String message, Map<String, ?> more) {
        var fields = new LinkedHashMap<String, Object>(more);
        fields.put("message", message);
        return new UaaFault(status, name, message, fields);
    }

    /// Unknown client, wrong secret, unknown user, wrong password: one text for all, so that nothing can be
    /// guessed from it.
    public static UaaFault badCredentials() {
        return oauth("invalid_client", "Bad credentials");
    }

    /// Nobody said who calls.
    public static UaaFault unauthenticated() {
        return oauth("unauthorized", "Full authentication is required to access this resource");
    }

    public static UaaFault invalidToken(String why) {
        return oauth("invalid_token", why);
    }

    /// @param scopes any of these would have done
    public static UaaFault insufficientScope(Set<String> scopes) {
        return new UaaFault(
                403,
                "insufficient_scope",
                "Insufficient scope for this resource",
                Map.of("scope", String.join(" ", scopes)));
    }

    public static int statusOf(String name) {
        return UNAUTHORIZED.contains(name) ? 401 : FORBIDDEN.contains(name) ? 403 : 400;
    }

    /// What came from outside goes into logs and answers without control characters and not at any length.
    public static String printable(String text) {
        var clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() > 100 ? clean.substring(0, 100) + "…" : clean;
    }

    public int status() {
        return status;
    }

    public String name() {
        return getError().getErrorCode();
    }

    /// The answer's JSON.
    public Map<String, Object> body() {
        return body;
    }
}
