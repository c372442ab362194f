package org.openpks.uaa.token;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.openpks.uaa.client.Client;
import org.openpks.uaa.fault.UaaFault;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;

/// One request at the token endpoint: who asks, by which grant, with which parameters.
final class TokenRequest extends AbstractAuthenticationToken {

    private static final long serialVersionUID = 1L;

    private final transient Authentication clientAuthentication;
    private final transient Map<String, String> parameters;

    TokenRequest(Authentication clientAuthentication, Map<String, String> parameters) {
        super(List.of());
        this.clientAuthentication = clientAuthentication;
        this.parameters = Map.copyOf(parameters);
    }

    String grantType() {
        return parameters.getOrDefault("grant_type", "");
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
    }

    String required(String name) {
        return parameter(name).orElseThrow(() -> UaaFault.oauth("invalid_request", "Missing parameter: " + name));
    }

    /// The parameter `scope`; empty = nothing in particular.
    SortedSet<String> scopes() {
        return parameter("scope").map(TokenRequest::scopes).orElseGet(TreeSet::new);
    }

    static SortedSet<String> scopes(String text) {
        return new TreeSet<>(Arrays.stream(text.split("[\\s,]+"))
                .filter(scope -> !scope.isBlank())
                .toList());
    }

    /// An access token is a JWT unless `token_format=opaque` asks for one that says nothing.
    boolean opaque() {
        return parameter("token_format").filter("opaque"::equals).isPresent();
    }

    /// The client that authenticated; the security chain lets no other request come here.
    Client client() {
        return authenticated().client();
    }

    ClientAuthentication method() {
        return authenticated().method();
    }

    private ClientCredentials.Authenticated authenticated() {
        return (ClientCredentials.Authenticated) Objects.requireNonNull(clientAuthentication.getDetails());
    }

    /// The answer in the form that Spring Security's endpoint passes on.
    OAuth2AccessTokenAuthenticationToken answered(Issued issued) {
        var token = (OAuth2ClientAuthenticationToken) clientAuthentication;
        return new OAuth2AccessTokenAuthenticationToken(
                Objects.requireNonNull(token.getRegisteredClient()),
                token,
                new OAuth2AccessToken(
                        OAuth2AccessToken.TokenType.BEARER,
                        issued.accessToken(),
                        issued.issuedAt(),
                        issued.issuedAt().plusSeconds(issued.expiresIn()),
                        issued.scopes()),
                null,
                issued.body());
    }

    @Override
    public Object getCredentials() {
        return "";
    }

    @Override
    public Object getPrincipal() {
        return clientAuthentication;
    }
}
