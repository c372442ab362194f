package org.openpks.api.access;

import java.util.Collection;
import java.util.List;
import org.openpks.component.token.AccessTokens;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.jwt.Jwt;

/// What an access token of UAA says about the caller.
final class AccessToken {

    private static final String AUDIENCE = "pks.clusters";

    private AccessToken() {}

    /// The caller. A token that is not for this audience keeps its name and loses its scopes: its bearer is
    /// somebody, and may do nothing here.
    static Caller caller(Jwt jwt) {
        return new Caller(principal(jwt), Role.of(scopes(jwt)));
    }

    static Collection<GrantedAuthority> authorities(Jwt jwt) {
        return Role.of(scopes(jwt)).stream()
                .<GrantedAuthority>map(role -> new SimpleGrantedAuthority(role.name()))
                .toList();
    }

    private static List<String> scopes(Jwt jwt) {
        var scopes = AccessTokens.scopes(jwt);
        var audience = jwt.getAudience();
        boolean forUs = audience != null && audience.stream().anyMatch(AccessToken::isUs);
        return forUs ? scopes : List.of();
    }

    /// UAA makes `a.b` of each scope `a.b.c`, so a token for `pks.clusters.admin.read` alone is for
    /// `pks.clusters.admin`.
    private static boolean isUs(String audience) {
        return audience.equals(AUDIENCE) || audience.startsWith(AUDIENCE + ".");
    }

    private static Principal principal(Jwt jwt) {
        var user = AccessTokens.user(jwt);
        return user.isBlank()
                ? new Principal(Principal.Kind.CLIENT, AccessTokens.client(jwt))
                : new Principal(Principal.Kind.USER, user);
    }
}
