package org.openpks.uaa.group;

import java.util.LinkedHashMap;
import java.util.Map;
import org.openpks.uaa.access.Caller;
import org.openpks.uaa.access.Scopes;
import org.openpks.uaa.audit.Audit;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.scim.Body;
import org.openpks.uaa.scim.Page;
import org.openpks.uaa.scim.Query;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// Which groups of identity providers become which groups of ours. Names of LDAP groups hold commas and equals
/// signs, also in paths.
@RestController
@RequestMapping("/Groups/External")
class MappingsController {

    private static final String LDAP = "ldap";

    private final Groups groups;
    private final Audit audit;

    MappingsController(Groups groups, Audit audit) {
        this.groups = groups;
        this.audit = audit;
    }

    /// The group by `groupId` or `displayName`.
    @PostMapping
    @Scopes("scim.write")
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, Object> map(@RequestBody JsonNode json, @AuthenticationPrincipal Caller caller) {
        var body = new Body(json, "invalid_scim_resource");
        var group = body.text("groupId")
                .map(this::byId)
                .or(() -> body.text("displayName").map(this::byName))
                .orElseThrow(() -> invalid("groupId or displayName is missing."));
        var external = body.text("externalGroup", 512)
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .orElseThrow(() -> invalid("externalGroup is missing."));
        var mapping = new Group.Mapping(
                group.id(),
                group.displayName(),
                external,
                body.text("origin", 64).filter(text -> !text.isBlank()).orElse(LDAP));
        if (!groups.map(mapping)) {
            throw UaaFault.scim(
                    409,
                    "member_already_exists",
                    "The mapping between group %s and external group %s already exists"
                            .formatted(group.displayName(), external));
        }
        audit.log(
                "GroupModifiedEvent",
                group.id(),
                "group",
                group.displayName(),
                "mapped",
                external,
                "origin",
                mapping.origin(),
                "by",
                caller.name());
        return json(mapping);
    }

    /// With the parameters `origin` and `externalGroup`, or a filter; `uaac` asks for the second path.
    @GetMapping({"", "/list"})
    @Scopes("scim.read")
    Map<String, Object> list(@RequestParam Map<String, String> parameters) {
        var filter = new StringBuilder(parameters.getOrDefault("filter", ""));
        for (var name : new String[] {"origin", "externalGroup"}) {
            var value = parameters.getOrDefault(name, "");
            if (!value.isBlank()) {
                filter.append(filter.isEmpty() ? "" : " and ")
                        .append(name)
                        .append(" eq \"")
                        .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                        .append('"');
            }
        }
        var query = new LinkedHashMap<>(parameters);
        query.put("filter", filter.toString());
        return groups.mappings(Query.of(query)).json(MappingsController::json);
    }

    @DeleteMapping("/groupId/{id}/externalGroup/{external}/origin/{origin}")
    @Scopes("scim.write")
    Map<String, Object> unmap(
            @PathVariable String id,
            @PathVariable String external,
            @PathVariable String origin,
            @AuthenticationPrincipal Caller caller) {
        return unmap(byId(id), external, origin, caller);
    }

    @DeleteMapping("/displayName/{name}/externalGroup/{external}/origin/{origin}")
    @Scopes("scim.write")
    Map<String, Object> unmapByName(
            @PathVariable String name,
            @PathVariable String external,
            @PathVariable String origin,
            @AuthenticationPrincipal Caller caller) {
        return unmap(byName(name), external, origin, caller);
    }

    private Map<String, Object> unmap(Group group, String external, String origin, Caller caller) {
        var mapping = new Group.Mapping(group.id(), group.displayName(), external.strip(), origin);
        if (!groups.unmap(mapping)) {
            throw UaaFault.scim(
                    404,
                    "scim_resource_not_found",
                    "The group %s has no mapping of %s from %s"
                            .formatted(group.displayName(), UaaFault.printable(external), UaaFault.printable(origin)));
        }
        audit.log(
                "GroupModifiedEvent",
                group.id(),
                "group",
                group.displayName(),
                "unmapped",
                external,
                "by",
                caller.name());
        return json(mapping);
    }

    private Group byId(String id) {
        return groups.find(id).orElseThrow(() -> unknown(id));
    }

    private Group byName(String name) {
        return groups.findByName(name).orElseThrow(() -> unknown(name));
    }

    private static UaaFault unknown(String group) {
        return UaaFault.scim(404, "scim_resource_not_found", "Group " + UaaFault.printable(group) + " does not exist");
    }

    private static UaaFault invalid(String why) {
        return UaaFault.scim(400, "invalid_scim_resource", why);
    }

    private static Map<String, Object> json(Group.Mapping mapping) {
        var json = new LinkedHashMap<String, Object>();
        json.put("groupId", mapping.groupId());
        json.put("displayName", mapping.displayName());
        json.put("externalGroup", mapping.externalGroup());
        json.put("origin", mapping.origin());
        json.put("schemas", Page.SCHEMAS);
        return json;
    }
}
