package org.openpks.director.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.openpks.director.access.Callers;
import org.openpks.director.fault.BoshErrors;
import org.openpks.director.fault.DirectorFault;
import org.openpks.director.settings.DirectorIdentity;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/// Lets requests in: tells the director's port from CredHub's, and knows who asks.
///
/// Requests to the CredHub port go on below `/credhub`, a prefix that cannot be asked for from outside.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class FrontFilter extends OncePerRequestFilter {

    static final String CREDHUB = "/credhub";
    private static final Set<String> OPEN_AT_CREDHUB = Set.of("/info", "/health", "/version");

    private final Callers callers;
    private final CredHubConnector credhub;
    private final DirectorIdentity identity;

    FrontFilter(Callers callers, CredHubConnector credhub, DirectorIdentity identity) {
        this.callers = callers;
        this.credhub = credhub;
        this.identity = identity;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var caller = callers.authenticate(request);
        caller.ifPresent(known -> known.remember(request));
        var path = request.getRequestURI();
        if (credhub.serves(request)) {
            if (OPEN_AT_CREDHUB.contains(path)
                    || caller.filter(known -> known.mayAskCredHub(request.getMethod()))
                            .isPresent()) {
                request.getRequestDispatcher(CREDHUB + path).forward(request, response);
            } else if (caller.isPresent()) {
                text(response, 403, "application/json", "{\"error\":\"insufficient_scope\"}");
            } else {
                response.setHeader("WWW-Authenticate", "Basic realm=\"CredHub\"");
                text(
                        response,
                        401,
                        "application/json",
                        "{\"error\":\"invalid_token\",\"error_description\":\"Full authentication is required to access this resource\"}");
            }
        } else if (path.equals("/info")) {
            chain.doFilter(request, response);
        } else if (caller.isEmpty()) {
            response.setHeader("WWW-Authenticate", "Basic realm=\"BOSH Director\"");
            text(response, 401, "text/html;charset=utf-8", "Not authorized: '" + ApiErrors.shown(path) + "'\n");
        } else if (path.equals(CREDHUB) || path.startsWith(CREDHUB + "/")) {
            text(response, 404, "text/html;charset=utf-8", ApiErrors.noEndpoint(request));
        } else if (caller.get().mayAskDirector(request.getMethod(), path)) {
            chain.doFilter(request, response);
        } else {
            var fault = DirectorFault.NOT_AUTHORIZED;
            text(
                    response,
                    BoshErrors.status(fault),
                    "application/json",
                    "{\"code\":%d,\"description\":\"Require one of the scopes: bosh.admin, bosh.%s.admin\"}"
                            .formatted(fault.number(), identity.uuid()));
        }
    }

    private static void text(HttpServletResponse response, int status, String type, String body) throws IOException {
        response.setStatus(status);
        response.setContentType(type);
        response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }
}
