package org.openpks.uaa.token;

import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.openpks.uaa.fault.UaaFault;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.stereotype.Component;

/// `POST /oauth/token`: finds the grant and checks that the client may use it.
///
/// Parameters may stand in the body or in the query string, because `uaa refresh-token` puts them there;
/// unknown ones are let pass.
@Component
class TokenEndpoint implements AuthenticationConverter, AuthenticationProvider {

    private final Map<String, Grant> grants;

    TokenEndpoint(List<Grant> grants) {
        this.grants = grants.stream().collect(Collectors.toMap(Grant::type, Function.identity()));
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
            throw UaaFault.unauthenticated();
        }
        return new TokenRequest(client, parameters);
    }

    @Override
    public Authentication authenticate(Authentication authentication) {
        var request = (TokenRequest) authentication;
        var type = request.grantType();
        if (type.isEmpty()) {
            throw UaaFault.oauth("invalid_request", "Missing grant type");
        }
        if (type.equals("implicit")) {
            throw UaaFault.oauth("invalid_grant", "Implicit grant type not supported from token endpoint");
        }
        var grant = grants.get(type);
        if (grant == null) {
            throw UaaFault.oauth("unsupported_grant_type", "Unsupported grant type");
        }
        if (!request.client().grants(type)) {
            throw UaaFault.oauth("invalid_client", "Unauthorized grant type: " + type);
        }
        return request.answered(grant.issue(request));
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return TokenRequest.class.isAssignableFrom(authentication);
    }
}
