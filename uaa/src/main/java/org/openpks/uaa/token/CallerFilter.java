package org.openpks.uaa.token;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.openpks.uaa.access.Caller;
import org.openpks.uaa.fault.Answers;
import org.openpks.uaa.fault.UaaFault;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/// Finds out who calls an API: by `Authorization: bearer TOKEN` (in any case), or by a client's own secret.
///
/// The zone headers of `go-uaa` are let pass when they are empty or name the one zone that there is.
final class CallerFilter extends OncePerRequestFilter {

    private static final String ZONE = "uaa";

    private final TokenReader tokens;
    private final ClientCredentials clients;
    private final Answers answers;

    CallerFilter(TokenReader tokens, ClientCredentials clients, Answers answers) {
        this.tokens = tokens;
        this.clients = clients;
        this.answers = answers;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            caller(request).ifPresent(CallerFilter::remember);
            refuseOtherZones(request);
        } catch (UaaFault fault) {
            answers.write(response, fault);
            return;
        }
        chain.doFilter(request, response);
    }

    private Optional<Caller> caller(HttpServletRequest request) {
        var header = Optional.ofNullable(request.getHeader("Authorization")).orElse("");
        var scheme = header.toLowerCase(Locale.ROOT);
        if (scheme.startsWith("bearer ")) {
            return Optional.of(
                    tokens.read(header.substring("bearer ".length()).strip()).caller());
        }
        if (scheme.startsWith("basic ")) {
            var authentication = clients.authenticate(clients.convert(request));
            if (authentication.getDetails() instanceof ClientCredentials.Authenticated authenticated) {
                var client = authenticated.client();
                return Optional.of(new Caller(client.id(), Optional.empty(), "", new HashSet<>(client.authorities())));
            }
        }
        return Optional.empty();
    }

    private static void remember(Caller caller) {
        var context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(caller, "", List.of()));
        SecurityContextHolder.setContext(context);
    }

    private static void refuseOtherZones(HttpServletRequest request) {
        var id = Optional.ofNullable(request.getHeader("X-Identity-Zone-Id")).orElse("");
        var subdomain = Optional.ofNullable(request.getHeader("X-Identity-Zone-Subdomain"))
                .orElse("");
        if ((!id.isBlank() && !id.equals(ZONE)) || !subdomain.isBlank()) {
            throw UaaFault.of(404, "not_found", "There is no such identity zone; the only one is " + ZONE + ".");
        }
    }
}
