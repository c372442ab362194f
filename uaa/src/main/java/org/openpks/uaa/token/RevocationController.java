package org.openpks.uaa.token;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openpks.uaa.access.Caller;
import org.openpks.uaa.access.Scopes;
import org.openpks.uaa.audit.Audit;
import org.openpks.uaa.client.Clients;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.user.Users;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Ends tokens, and lists those that are stored. Signed access tokens are not stored; they end with their
/// user's or client's salt.
@RestController
class RevocationController {

    private static final Set<String> REVOKE = Set.of("tokens.revoke");

    private final Users users;
    private final Clients clients;
    private final StoredTokens stored;
    private final Audit audit;

    RevocationController(Users users, Clients clients, StoredTokens stored, Audit audit) {
        this.users = users;
        this.clients = clients;
        this.stored = stored;
        this.audit = audit;
    }

    @RequestMapping("/oauth/token/revoke/user/{userId}")
    @Scopes(value = "tokens.revoke", self = "userId")
    void revokeUser(@PathVariable String userId, @AuthenticationPrincipal Caller caller) {
        if (users.find(userId).isEmpty()) {
            throw unknown();
        }
        users.revokeTokens(userId);
        audit.log("TokenRevocationEvent", userId, "by", caller.name());
    }

    @RequestMapping("/oauth/token/revoke/user/{userId}/client/{clientId}")
    @Scopes(value = "tokens.revoke", self = "userId")
    void revokeUserAtClient(
            @PathVariable String userId, @PathVariable String clientId, @AuthenticationPrincipal Caller caller) {
        if (users.find(userId).isEmpty() || clients.find(clientId).isEmpty()) {
            throw unknown();
        }
        stored.delete(userId, clientId);
        audit.log("TokenRevocationEvent", userId, "client", clientId, "by", caller.name());
    }

    @RequestMapping("/oauth/token/revoke/client/{clientId}")
    @Scopes("tokens.revoke")
    void revokeClient(@PathVariable String clientId, @AuthenticationPrincipal Caller caller) {
        if (clients.find(clientId).isEmpty()) {
            throw unknown();
        }
        clients.revokeTokens(clientId);
        audit.log("TokenRevocationEvent", clientId, "by", caller.name());
    }

    /// @param tokenId the `jti` of an opaque token, a refresh token, or the id that the list shows
    @DeleteMapping("/oauth/token/revoke/{tokenId}")
    @Scopes({})
    void revokeToken(@PathVariable String tokenId, @AuthenticationPrincipal Caller caller) {
        var token = stored.find(tokenId).orElseThrow(RevocationController::unknown);
        boolean own = token.userId()
                .map(caller::is)
                .orElseGet(() -> caller.userId().isEmpty() && caller.clientId().equals(token.clientId()));
        if (!own && !caller.holdsAny(REVOKE)) {
            throw UaaFault.insufficientScope(REVOKE);
        }
        stored.delete(token);
        audit.log("TokenRevocationEvent", token.clientId(), "by", caller.name());
    }

    @GetMapping("/oauth/token/list")
    @Scopes({})
    List<Map<String, Object>> list(@AuthenticationPrincipal Caller caller) {
        return caller.userId().map(stored::ofUser).orElseGet(() -> stored.ofClient(caller.clientId())).stream()
                .map(StoredTokens.Token::json)
                .toList();
    }

    @GetMapping("/oauth/token/list/user/{userId}")
    @Scopes(value = "tokens.list", self = "userId")
    List<Map<String, Object>> listUser(@PathVariable String userId) {
        return stored.ofUser(userId).stream().map(StoredTokens.Token::json).toList();
    }

    @GetMapping("/oauth/token/list/client/{clientId}")
    @Scopes("tokens.list")
    List<Map<String, Object>> listClient(@PathVariable String clientId) {
        return stored.ofClient(clientId).stream().map(StoredTokens.Token::json).toList();
    }

    private static UaaFault unknown() {
        return UaaFault.of(404, "invalid_token", "Resource not found");
    }
}
