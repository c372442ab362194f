package org.openpks.api.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/// Writes the audit log's events of requests, in one place, so that no route can forget it. Every request gets an id,
/// which its answer carries too.
final class AuditFilter extends OncePerRequestFilter {

    static final String REQUEST_ID = "X-Request-Id";

    private static final Pattern GIVEN_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    /// What the variables of paths are called in the log.
    private static final Map<String, String> OBJECTS = Map.of("owner", "quota", "id", "task", "user", "for");

    private final Audit audit;
    private final ObjectProvider<RequestMappingHandlerMapping> routes;

    AuditFilter(Audit audit, ObjectProvider<RequestMappingHandlerMapping> routes) {
        this.audit = audit;
        this.routes = routes;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var given = request.getHeader(REQUEST_ID);
        var id = given != null && GIVEN_ID.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
        response.setHeader(REQUEST_ID, id);
        boolean answered = false;
        try {
            chain.doFilter(request, response);
            answered = true;
        } finally {
            record(request, answered ? response.getStatus() : 500, id);
        }
    }

    private void record(HttpServletRequest request, int status, String id) {
        var notes = Audit.notes(request);
        var route = route(request);
        boolean changes = !READING.contains(request.getMethod());
        boolean credentials = route.map(Audited::credentials).orElse(false);
        if (!changes && !credentials && status != 401 && status != 403 && !notes.foreign) {
            return;
        }
        var event = new LinkedHashMap<String, Object>(Audit.bearer(token()));
        event.put("status", status);
        event.put("code", status < 400 ? "" : code(status, notes.code));
        event.put("requestId", id);
        event.put("remoteAddress", request.getRemoteAddr());
        event.put("forwardedFor", request.getHeader("X-Forwarded-For"));
        event.put("method", request.getMethod());
        event.put("path", request.getRequestURI());
        var about = objects(request);
        about.putAll(notes.fields);
        audit.write(route.map(Audited::value).orElse("unknown"), status < 400 ? "accepted" : "refused", event, about);
    }

    private static String code(int status, @Nullable String noted) {
        if (noted != null) {
            return noted;
        }
        return switch (status) {
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "NOT_ALLOWED";
            case 404 -> "NOTHING_HERE";
            default -> status < 500 ? "REQUEST_INVALID" : "FAILED";
        };
    }

    private static Map<String, Object> objects(HttpServletRequest request) {
        var objects = new LinkedHashMap<String, Object>();
        if (request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables) {
            variables.forEach((name, value) -> objects.put(
                    name.equals("name") ? kind(request) : OBJECTS.getOrDefault(name, String.valueOf(name)), value));
        }
        return objects;
    }

    /// What a `{name}` in the path names: `cluster`, or `network-profile` and its like.
    private static String kind(HttpServletRequest request) {
        var collection = request.getRequestURI().replaceFirst("^/v1/([a-z-]*).*", "$1");
        return collection.equals("clusterdetails") ? "cluster" : collection.replaceFirst("s$", "");
    }

    /// The route that the request went to, or would have gone to had it not been stopped at the door.
    private Optional<Audited> route(HttpServletRequest request) {
        try {
            if (!ServletRequestPathUtils.hasParsedRequestPath(request)) {
                ServletRequestPathUtils.parseAndCache(request);
            }
            var found = routes.getObject().getHandler(request);
            return found != null && found.getHandler() instanceof HandlerMethod method
                    ? Optional.ofNullable(method.getMethodAnnotation(Audited.class))
                    : Optional.empty();
        } catch (Exception e) {
            // No such route: the method or the content type is one that nobody takes.
            return Optional.empty();
        }
    }

    private static @Nullable Jwt token() {
        return SecurityContextHolder.getContext().getAuthentication() instanceof JwtAuthenticationToken authentication
                ? authentication.getToken()
                : null;
    }
}
