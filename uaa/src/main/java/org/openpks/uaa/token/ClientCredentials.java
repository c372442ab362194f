package org.openpks.uaa.token;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openpks.uaa.audit.Audit;
import org.openpks.uaa.client.Client;
import org.openpks.uaa.client.ClientSecrets;
import org.openpks.uaa.client.Clients;
import org.openpks.uaa.fault.UaaFault;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.stereotype.Component;

/// How a client says who it is: HTTP Basic or form fields, with UAA's own rules.
///
/// Unlike Spring Security's own converter it takes an empty secret (`pks_cli:`), and it decodes Basic
/// credentials only when the header `X-CF-ENCODED-CREDENTIALS: true` says that they are encoded.
@Component
class ClientCredentials implements AuthenticationConverter, AuthenticationProvider {

    private final Clients clients;
    private final ClientSecrets secrets;
    private final Audit audit;

    ClientCredentials(Clients clients, ClientSecrets secrets, Audit audit) {
        this.clients = clients;
        this.secrets = secrets;
        this.audit = audit;
    }

    /// Who authenticated, and how.
    record Authenticated(Client client, ClientAuthentication method) {}

    @Override
    public @Nullable Authentication convert(HttpServletRequest request) {
        var header = request.getHeader("Authorization");
        if (header != null && header.toLowerCase(Locale.ROOT).startsWith("basic ")) {
            return fromHeader(request, header.substring("basic ".length()).strip());
        }
        var id = request.getParameter("client_id");
        if (id == null || id.isEmpty()) {
            return null;
        }
        var secret = request.getParameter("client_secret");
        if (secret == null && provesItselfOtherwise(request)) {
            return unauthenticated(id, "", ClientAuthenticationMethod.NONE);
        }
        return unauthenticated(id, secret == null ? "" : secret, ClientAuthenticationMethod.CLIENT_SECRET_POST);
    }

    /// Public clients come only with a PKCE code verifier or with a refresh token that came from one.
    private static boolean provesItselfOtherwise(HttpServletRequest request) {
        var grant = String.valueOf(request.getParameter("grant_type"));
        return grant.equals("refresh_token")
                || (grant.equals("authorization_code") && request.getParameter("code_verifier") != null);
    }

    @Override
    public Authentication authenticate(Authentication authentication) {
        var token = (OAuth2ClientAuthenticationToken) authentication;
        var id = String.valueOf(token.getPrincipal());
        var client = clients.find(id);
        var given = String.valueOf(token.getCredentials());
        boolean without = token.getClientAuthenticationMethod().equals(ClientAuthenticationMethod.NONE);
        boolean isPublic = without && client.map(Client::allowPublic).orElse(false);
        if (!isPublic && !secrets.match(client, given)) {
            audit.log("ClientAuthenticationFailure", UaaFault.printable(id));
            throw UaaFault.badCredentials();
        }
        var known = client.orElseThrow();
        var authenticated =
                new OAuth2ClientAuthenticationToken(registered(known), token.getClientAuthenticationMethod(), null);
        authenticated.setDetails(new Authenticated(
                known,
                isPublic
                        ? ClientAuthentication.PUBLIC
                        : given.isEmpty() ? ClientAuthentication.EMPTY_SECRET : ClientAuthentication.SECRET));
        return authenticated;
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return OAuth2ClientAuthenticationToken.class.isAssignableFrom(authentication);
    }

    private static OAuth2ClientAuthenticationToken fromHeader(HttpServletRequest request, String encoded) {
        String text;
        try {
            text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw UaaFault.badCredentials();
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw UaaFault.badCredentials();
        }
        var id = text.substring(0, colon);
        var secret = text.substring(colon + 1);
        if ("true".equalsIgnoreCase(request.getHeader("X-CF-ENCODED-CREDENTIALS"))) {
            id = decode(id);
            secret = decode(secret);
        }
        var named = request.getParameter("client_id");
        if (named != null && !named.isEmpty() && !named.equals(id)) {
            throw UaaFault.oauth("invalid_client", "Given client ID does not match authenticated client");
        }
        return unauthenticated(id, secret, ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw UaaFault.badCredentials();
        }
    }

    private static OAuth2ClientAuthenticationToken unauthenticated(
            String id, String secret, ClientAuthenticationMethod method) {
        return new OAuth2ClientAuthenticationToken(id, method, secret, Map.of());
    }

    /// What Spring Security's filters want to see of a client; the grants read our own [Client].
    private static RegisteredClient registered(Client client) {
        return RegisteredClient.withId(client.id())
                .clientId(client.id())
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .build();
    }
}
