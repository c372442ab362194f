package org.openpks.uaa.group;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openpks.uaa.access.Caller;
import org.openpks.uaa.access.Scopes;
import org.openpks.uaa.audit.Audit;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.scim.Body;
import org.openpks.uaa.scim.Fields;
import org.openpks.uaa.scim.Page;
import org.openpks.uaa.scim.Query;
import org.openpks.uaa.scim.Versions;
import org.springframework.dao.DuplicateKeyException;
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
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// UAA's API for groups and their members.
@RestController
@RequestMapping("/Groups")
class GroupsController {

    private final Groups groups;
    private final Audit audit;
    private final InstantSource clock;

    GroupsController(Groups groups, Audit audit, InstantSource clock) {
        this.groups = groups;
        this.audit = audit;
        this.clock = clock;
    }

    @PostMapping
    @Scopes({"scim.write", "groups.update"})
    ResponseEntity<Map<String, Object>> create(@RequestBody JsonNode json, @AuthenticationPrincipal Caller caller) {
        var body = body(json);
        var now = clock.instant();
        var group = new Group(
                UUID.randomUUID().toString(),
                name(body),
                body.text("description").orElse(""),
                0,
                now,
                now,
                members(body));
        if (!groups.addIfMissing(group)) {
            throw duplicate(group.displayName());
        }
        audit.log("GroupCreatedEvent", group.id(), "group", group.displayName(), "by", caller.name());
        return answer(HttpStatus.CREATED, known(group.id()));
    }

    @GetMapping("/{id}")
    @Scopes("scim.read")
    ResponseEntity<Map<String, Object>> read(@PathVariable String id) {
        return answer(HttpStatus.OK, known(id));
    }

    @GetMapping
    @Scopes("scim.read")
    Map<String, Object> list(@RequestParam Map<String, String> parameters) {
        var attributes = parameters.getOrDefault("attributes", "");
        return groups.list(Query.of(parameters)).json(group -> Fields.only(attributes, json(group)));
    }

    /// The members in the request replace those that are there.
    @PutMapping("/{id}")
    @Scopes({"scim.write", "groups.update"})
    ResponseEntity<Map<String, Object>> replace(
            @PathVariable String id,
            @RequestBody JsonNode json,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @AuthenticationPrincipal Caller caller) {
        var old = known(id);
        Versions.refuseStale("group", id, old.version(), Versions.required(ifMatch, "PUT", old.version()));
        var body = body(json);
        return store(
                new Group(
                        id,
                        name(body),
                        body.text("description").orElse(""),
                        old.version(),
                        old.created(),
                        old.modified(),
                        members(body)),
                caller);
    }

    /// Members with `"operation": "delete"` leave, others join.
    @PatchMapping("/{id}")
    @Scopes({"scim.write", "groups.update"})
    ResponseEntity<Map<String, Object>> patch(
            @PathVariable String id,
            @RequestBody JsonNode json,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @AuthenticationPrincipal Caller caller) {
        var old = known(id);
        Versions.refuseStale("group", id, old.version(), Versions.required(ifMatch, "PATCH", old.version()));
        var body = body(json);
        var members = new ArrayList<>(old.members());
        for (var item : body.objects("members").orElse(List.of())) {
            var member = member(item);
            members.removeIf(known -> known.id().equals(member.id()));
            if (!item.text("operation").orElse("").equals("delete")) {
                members.add(existing(member));
            }
        }
        return store(
                new Group(
                        id,
                        body.text("displayName").orElse(old.displayName()),
                        body.text("description").orElse(old.description()),
                        old.version(),
                        old.created(),
                        old.modified(),
                        members),
                caller);
    }

    private ResponseEntity<Map<String, Object>> store(Group group, Caller caller) {
        try {
            if (!groups.update(group)) {
                throw Versions.stale("group", group.id(), known(group.id()).version(), group.version());
            }
        } catch (DuplicateKeyException e) {
            throw duplicate(group.displayName());
        }
        audit.log("GroupModifiedEvent", group.id(), "group", group.displayName(), "by", caller.name());
        return answer(HttpStatus.OK, known(group.id()));
    }

    @DeleteMapping("/{id}")
    @Scopes("scim.write")
    Map<String, Object> delete(
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @AuthenticationPrincipal Caller caller) {
        var group = known(id);
        Versions.check(ifMatch, "group", id, group.version());
        groups.delete(id);
        audit.log("GroupDeletedEvent", id, "group", group.displayName(), "by", caller.name());
        return json(group);
    }

    @GetMapping("/{id}/members")
    @Scopes("scim.read")
    List<Map<String, Object>> members(@PathVariable String id) {
        return known(id).members().stream().map(GroupsController::json).toList();
    }

    @GetMapping("/{id}/members/{memberId}")
    @Scopes("scim.read")
    Map<String, Object> member(@PathVariable String id, @PathVariable String memberId) {
        return json(memberOf(known(id), memberId));
    }

    @PostMapping("/{id}/members")
    @Scopes({"scim.write", "groups.update"})
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, Object> join(
            @PathVariable String id, @RequestBody JsonNode json, @AuthenticationPrincipal Caller caller) {
        var group = known(id);
        var member = member(body(json));
        if (!groups.exists(member)) {
            throw UaaFault.scim(
                    404, "scim_resource_not_found", "Member " + UaaFault.printable(member.id()) + " does not exist");
        }
        if (!groups.join(id, member)) {
            throw UaaFault.scim(
                    409,
                    "member_already_exists",
                    "The member %s is already in the group %s".formatted(member.id(), group.displayName()));
        }
        audit.log("GroupModifiedEvent", id, "joined", member.id(), "group", group.displayName(), "by", caller.name());
        return json(member);
    }

    /// A body may come with it and does not matter.
    @DeleteMapping("/{id}/members/{memberId}")
    @Scopes({"scim.write", "groups.update"})
    Map<String, Object> leave(
            @PathVariable String id, @PathVariable String memberId, @AuthenticationPrincipal Caller caller) {
        var group = known(id);
        var member = memberOf(group, memberId);
        groups.leave(id, memberId);
        audit.log("GroupModifiedEvent", id, "left", memberId, "group", group.displayName(), "by", caller.name());
        return json(member);
    }

    private static Group.Member memberOf(Group group, String memberId) {
        return group.members().stream()
                .filter(member -> member.id().equals(memberId))
                .findFirst()
                .orElseThrow(() -> UaaFault.scim(
                        404,
                        "member_not_found",
                        "Member %s does not exist in group %s"
                                .formatted(UaaFault.printable(memberId), group.displayName())));
    }

    private List<Group.Member> members(Body body) {
        return body.objects("members").orElse(List.of()).stream()
                .map(item -> existing(member(item)))
                .toList();
    }

    private static Group.Member member(Body item) {
        var id =
                item.text("value").orElseThrow(() -> invalid("A member must have a value: the id of a user or group."));
        var type = item.text("type").orElse("USER");
        if (!type.equals("USER") && !type.equals("GROUP")) {
            throw invalid("A member's type is USER or GROUP.");
        }
        return new Group.Member(
                id, Group.Member.Type.valueOf(type), item.text("origin", 64).orElse("uaa"));
    }

    private Group.Member existing(Group.Member member) {
        if (!groups.exists(member)) {
            throw invalid("Invalid group member: " + UaaFault.printable(member.id()));
        }
        return member;
    }

    private Group known(String id) {
        return groups.find(id)
                .orElseThrow(() -> UaaFault.scim(
                        404, "scim_resource_not_found", "Group " + UaaFault.printable(id) + " does not exist"));
    }

    private static String name(Body body) {
        return body.text("displayName")
                .filter(name -> !name.isBlank())
                .orElseThrow(() -> invalid("A group must have a displayName."));
    }

    private static Body body(JsonNode json) {
        return new Body(json, "invalid_scim_resource");
    }

    private static UaaFault invalid(String why) {
        return UaaFault.scim(400, "invalid_scim_resource", why);
    }

    private static UaaFault duplicate(String name) {
        return UaaFault.scim(
                409, "scim_resource_already_exists", "A group with displayName: " + name + " already exists.");
    }

    private static ResponseEntity<Map<String, Object>> answer(HttpStatus status, Group group) {
        return ResponseEntity.status(status).eTag("\"" + group.version() + "\"").body(json(group));
    }

    private static Map<String, Object> json(Group group) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", group.id());
        json.put("meta", Fields.meta(group.version(), group.created(), group.modified()));
        json.put("displayName", group.displayName());
        if (!group.description().isEmpty()) {
            json.put("description", group.description());
        }
        json.put("zoneId", "uaa");
        json.put("members", group.members().stream().map(GroupsController::json).toList());
        json.put("schemas", Page.SCHEMAS);
        return json;
    }

    private static Map<String, Object> json(Group.Member member) {
        var json = new LinkedHashMap<String, Object>();
        json.put("origin", member.origin());
        json.put("type", member.type().name());
        json.put("value", member.id());
        return json;
    }
}
