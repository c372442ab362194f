package org.openpks.director.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.openpks.component.token.AccessTokens;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;

/// Bearers of access tokens of a UAA, by the scopes of BOSH (bosh.io, "UAA permissions") and CredHub. Scopes of teams
/// give no right here: there are no teams.
final class UaaTokens implements Callers {

    private static final String SCHEME = "bearer ";

    private final JwtDecoder decoder;
    private final String uuid;

    /// @param uuid the Director's, which may stand in scopes that count for this Director alone
    UaaTokens(JwtDecoder decoder, String uuid) {
        this.decoder = decoder;
        this.uuid = uuid;
    }

    @Override
    public Optional<Caller> authenticate(HttpServletRequest request) {
        var header = request.getHeader("Authorization");
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    caller(decoder.decode(header.substring(SCHEME.length()).strip())));
        } catch (JwtException e) {
            return Optional.empty();
        }
    }

    private Caller caller(Jwt token) {
        var user = AccessTokens.user(token);
        var rights = EnumSet.noneOf(Right.class);
        AccessTokens.scopes(token).forEach(scope -> rights.addAll(rights(scope)));
        return new Caller(user.isBlank() ? AccessTokens.client(token) : user, rights);
    }

    private Set<Right> rights(String scope) {
        return switch (scope.replace("bosh." + uuid + ".", "bosh.")) {
            case "bosh.admin" -> EnumSet.of(Right.READ, Right.WRITE);
            case "bosh.read" -> EnumSet.of(Right.READ);
            case "bosh.stemcells.upload" -> EnumSet.of(Right.UPLOAD_STEMCELLS);
            case "bosh.releases.upload" -> EnumSet.of(Right.UPLOAD_RELEASES);
            case "credhub.read" -> EnumSet.of(Right.READ_CREDENTIALS);
            case "credhub.write" -> EnumSet.of(Right.WRITE_CREDENTIALS);
            default -> EnumSet.noneOf(Right.class);
        };
    }
}
