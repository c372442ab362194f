package org.openpks.uaa.token;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.openpks.uaa.access.Caller;
import org.openpks.uaa.access.Scopes;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.user.Users;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What a token says, for resource servers and for its own user.
@RestController
class InspectionController {

    private final TokenReader tokens;
    private final Users users;

    InspectionController(TokenReader tokens, Users users) {
        this.tokens = tokens;
        this.users = users;
    }

    /// @param scopes with commas: all that the token must have
    @PostMapping("/check_token")
    @Scopes("uaa.resource")
    Map<String, Object> check(
            @RequestParam(defaultValue = "") String token, @RequestParam(defaultValue = "") String scopes) {
        AccessToken read;
        try {
            read = tokens.read(token);
        } catch (UaaFault bad) {
            throw UaaFault.of(400, bad.name(), String.valueOf(bad.getError().getDescription()));
        }
        var missing = new TreeSet<>(TokenRequest.scopes(scopes));
        missing.removeAll(read.scopes());
        if (!missing.isEmpty()) {
            throw UaaFault.oauth(
                    "invalid_scope", "Some requested scopes are missing: " + UaaFault.printable(missing.toString()));
        }
        return read.claims();
    }

    /// RFC 7662: a token that is not good is no error.
    @PostMapping("/introspect")
    @Scopes("uaa.resource")
    Map<String, Object> introspect(@RequestParam(defaultValue = "") String token) {
        try {
            var claims = new LinkedHashMap<>(tokens.read(token).claims());
            claims.put("active", true);
            return claims;
        } catch (UaaFault bad) {
            return Map.of("active", false);
        }
    }

    /// Unknown parameters (`schema=openid`, `scheme=openid`) are let pass.
    @RequestMapping(
            path = "/userinfo",
            method = {RequestMethod.GET, RequestMethod.POST})
    @Scopes("openid")
    Map<String, Object> userInfo(@AuthenticationPrincipal Caller caller) {
        var user = caller.userId()
                .flatMap(users::find)
                .orElseThrow(() -> UaaFault.of(403, "access_denied", "The token belongs to a client, not to a user."));
        var profile = user.profile();
        var info = new LinkedHashMap<String, Object>();
        info.put("user_id", user.id());
        info.put("sub", user.id());
        info.put("user_name", user.userName());
        info.put("given_name", profile.givenName());
        info.put("family_name", profile.familyName());
        info.put("email", profile.email());
        info.put("email_verified", user.verified());
        info.put("phone_number", profile.phoneNumber());
        user.previousLogon().ifPresent(time -> info.put("previous_logon_time", time.toEpochMilli()));
        info.put("name", (profile.givenName() + " " + profile.familyName()).strip());
        if (caller.scopes().contains("roles")) {
            info.put("roles", user.externalGroups());
        }
        info.values().removeIf(""::equals);
        return info;
    }
}
