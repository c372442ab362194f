package org.openpks.uaa.user;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openpks.uaa.access.Caller;
import org.openpks.uaa.access.Scopes;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.group.Groups;
import org.openpks.uaa.scim.Body;
import org.openpks.uaa.scim.Fields;
import org.openpks.uaa.scim.Query;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// UAA's API for users: SCIM 1.1 in style.
@RestController
class UsersController {

    private static final String ERROR = "invalid_scim_resource";

    private final Users users;
    private final Groups groups;
    private final UserChanges changes;

    UsersController(Users users, Groups groups, UserChanges changes) {
        this.users = users;
        this.groups = groups;
        this.changes = changes;
    }

    @PostMapping("/Users")
    @Scopes({"scim.write", "scim.create"})
    ResponseEntity<Map<String, Object>> create(@RequestBody JsonNode body, @AuthenticationPrincipal Caller caller) {
        return answer(HttpStatus.CREATED, changes.create(new Body(body, ERROR), caller));
    }

    @GetMapping("/Users/{id}")
    @Scopes(value = "scim.read", self = "id")
    ResponseEntity<Map<String, Object>> read(@PathVariable String id) {
        return answer(HttpStatus.OK, changes.known(id));
    }

    @GetMapping("/Users")
    @Scopes("scim.read")
    Map<String, Object> list(@RequestParam Map<String, String> parameters) {
        var attributes = parameters.getOrDefault("attributes", "");
        return users.list(Query.of(parameters)).json(user -> Fields.only(attributes, json(user)));
    }

    /// Looks names up; for callers that may not read users.
    @GetMapping("/ids/Users")
    @Scopes("scim.userids")
    Map<String, Object> ids(@RequestParam Map<String, String> parameters) {
        if (parameters.getOrDefault("filter", "").isBlank()) {
            throw UaaFault.scim(400, "scim", "Required request parameter 'filter' is not present");
        }
        return users.list(Query.of(parameters))
                .json(user -> Map.of("id", user.id(), "userName", user.userName(), "origin", user.origin()));
    }

    @PutMapping("/Users/{id}")
    @Scopes(value = "scim.write", self = "id")
    ResponseEntity<Map<String, Object>> replace(
            @PathVariable String id,
            @RequestBody JsonNode body,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @AuthenticationPrincipal Caller caller) {
        return answer(HttpStatus.OK, changes.replace(id, new Body(body, ERROR), ifMatch, caller));
    }

    @PatchMapping("/Users/{id}")
    @Scopes(value = "scim.write", self = "id")
    ResponseEntity<Map<String, Object>> patch(
            @PathVariable String id,
            @RequestBody JsonNode body,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @AuthenticationPrincipal Caller caller) {
        return answer(HttpStatus.OK, changes.patch(id, new Body(body, ERROR), ifMatch, caller));
    }

    @DeleteMapping("/Users/{id}")
    @Scopes("scim.write")
    Map<String, Object> delete(
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @AuthenticationPrincipal Caller caller) {
        var json = json(changes.known(id));
        changes.delete(id, ifMatch, caller);
        return json;
    }

    @PutMapping("/Users/{id}/password")
    @Scopes("password.write")
    Map<String, Object> changePassword(
            @PathVariable String id, @RequestBody JsonNode body, @AuthenticationPrincipal Caller caller) {
        changes.changePassword(id, new Body(body, "invalid_password"), caller);
        return Map.of("status", "ok", "message", "password updated");
    }

    @PatchMapping("/Users/{id}/status")
    @Scopes({"scim.write", "uaa.account_status.write"})
    JsonNode changeStatus(@PathVariable String id, @RequestBody JsonNode body, @AuthenticationPrincipal Caller caller) {
        changes.changeStatus(id, new Body(body, ERROR), caller);
        return body;
    }

    @GetMapping("/Users/{id}/verify")
    @Scopes({"scim.write", "scim.create"})
    ResponseEntity<Map<String, Object>> verify(
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @AuthenticationPrincipal Caller caller) {
        return answer(HttpStatus.OK, changes.verify(id, ifMatch, caller));
    }

    private ResponseEntity<Map<String, Object>> answer(HttpStatus status, User user) {
        return ResponseEntity.status(status).eTag("\"" + user.version() + "\"").body(json(user));
    }

    private Map<String, Object> json(User user) {
        return UserJson.write(user, groups.memberships(user.id()));
    }
}
