package org.openpks.uaa.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openpks.uaa.access.Caller;
import org.openpks.uaa.access.Scopes;
import org.openpks.uaa.scim.Body;
import org.openpks.uaa.scim.Fields;
import org.openpks.uaa.scim.Query;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// UAA's API for clients.
@RestController
@RequestMapping("/oauth/clients")
class ClientsController {

    private final Clients clients;
    private final ClientChanges changes;

    ClientsController(Clients clients, ClientChanges changes) {
        this.clients = clients;
        this.changes = changes;
    }

    @PostMapping
    @Scopes({"clients.write", "clients.admin"})
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, Object> create(@RequestBody JsonNode body, @AuthenticationPrincipal Caller caller) {
        return ClientJson.write(changes.create(body(body), caller));
    }

    @GetMapping("/{id}")
    @Scopes({"clients.read", "clients.admin"})
    ResponseEntity<Map<String, Object>> read(@PathVariable String id) {
        return clients.find(id)
                .map(client -> ResponseEntity.ok(ClientJson.write(client)))
                .orElseGet(() -> ResponseEntity.notFound().build());
    }

    @GetMapping
    @Scopes({"clients.read", "clients.admin"})
    Map<String, Object> list(@RequestParam Map<String, String> parameters) {
        var attributes = parameters.getOrDefault("attributes", "");
        return clients.list(Query.of(parameters)).json(client -> Fields.only(attributes, ClientJson.write(client)));
    }

    @PutMapping("/{id}")
    @Scopes({"clients.write", "clients.admin"})
    Map<String, Object> update(
            @PathVariable String id, @RequestBody JsonNode body, @AuthenticationPrincipal Caller caller) {
        return ClientJson.write(changes.update(id, body(body), caller));
    }

    @DeleteMapping("/{id}")
    @Scopes({"clients.write", "clients.admin"})
    Map<String, Object> delete(@PathVariable String id, @AuthenticationPrincipal Caller caller) {
        return ClientJson.write(changes.delete(id, caller));
    }

    @PutMapping("/{id}/secret")
    @Scopes({"clients.secret", "clients.admin"})
    Map<String, Object> changeSecret(
            @PathVariable String id, @RequestBody JsonNode body, @AuthenticationPrincipal Caller caller) {
        return Map.of("status", "ok", "message", changes.changeSecret(id, body(body), caller));
    }

    @GetMapping("/{id}/meta")
    @Scopes({})
    Map<String, Object> meta(@PathVariable String id) {
        return ClientJson.meta(known(id));
    }

    @GetMapping("/meta")
    @Scopes({})
    List<Map<String, Object>> allMeta() {
        return clients.list(Query.filter("")).items().stream()
                .map(ClientJson::meta)
                .toList();
    }

    @PutMapping("/{id}/meta")
    @Scopes({"clients.write", "clients.admin"})
    Map<String, Object> changeMeta(@PathVariable String id, @RequestBody JsonNode body) {
        return ClientJson.meta(changes.changeMeta(known(id), body(body)));
    }

    @PostMapping("/tx")
    @Scopes("clients.admin")
    @ResponseStatus(HttpStatus.CREATED)
    List<Map<String, Object>> createAll(@RequestBody JsonNode bodies, @AuthenticationPrincipal Caller caller) {
        return all("add", bodies, caller);
    }

    @PutMapping("/tx")
    @Scopes("clients.admin")
    List<Map<String, Object>> updateAll(@RequestBody JsonNode bodies, @AuthenticationPrincipal Caller caller) {
        return all("update", bodies, caller);
    }

    @PostMapping("/tx/delete")
    @Scopes("clients.admin")
    List<Map<String, Object>> deleteAll(@RequestBody JsonNode bodies, @AuthenticationPrincipal Caller caller) {
        return all("delete", bodies, caller);
    }

    @PostMapping("/tx/secret")
    @Scopes("clients.admin")
    List<Map<String, Object>> changeSecrets(@RequestBody JsonNode bodies, @AuthenticationPrincipal Caller caller) {
        return all("secret", bodies, caller);
    }

    /// Each item says itself what is to be done with it: `add`, `update`, `update,secret`, `delete` or
    /// `secret`.
    @PostMapping("/tx/modify")
    @Scopes("clients.admin")
    List<Map<String, Object>> modifyAll(@RequestBody JsonNode bodies, @AuthenticationPrincipal Caller caller) {
        return all("", bodies, caller);
    }

    /// All or nothing.
    private List<Map<String, Object>> all(String action, JsonNode bodies, Caller caller) {
        var steps = new ArrayList<ClientChanges.Step>();
        for (var body : Body.array(bodies, ClientJson.ERROR)) {
            var named = action.isEmpty() ? body.text("action").orElse("") : action;
            steps.add(new ClientChanges.Step(named, body));
        }
        return changes.apply(steps, caller).stream()
                .<Map<String, Object>>map(client -> {
                    var json = new LinkedHashMap<>(ClientJson.write(client));
                    json.put("approvals_deleted", true);
                    return json;
                })
                .toList();
    }

    private Client known(String id) {
        return clients.find(id).orElseThrow(() -> ClientChanges.unknown(id));
    }

    private static Body body(JsonNode node) {
        return new Body(node, ClientJson.ERROR);
    }
}
