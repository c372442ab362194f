package org.openpks.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// What a later document takes away from the clients of an earlier one.
final class OpenApiChange {

    private final OpenApi old;
    private final OpenApi now;
    private final List<String> broken = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    private OpenApiChange(OpenApi old, OpenApi now) {
        this.old = old;
        this.now = now;
    }

    static List<String> broken(OpenApi old, OpenApi now) {
        var change = new OpenApiChange(old, now);
        old.operations().forEach((route, operation) -> {
            var later = now.operations().get(route);
            if (later == null) {
                change.broken.add(route + " is gone");
            } else {
                change.operation(route, operation, later);
            }
        });
        return change.broken;
    }

    private void operation(String route, JsonNode before, JsonNode after) {
        before.path("responses").properties().forEach(response -> {
            var later = now.resolved(after.path("responses").path(response.getKey()));
            if (later.isMissingNode()) {
                broken.add("%s answers no longer with %s".formatted(route, response.getKey()));
                return;
            }
            var schema = old.resolved(response.getValue()).at("/content/application~1json/schema");
            if (!schema.isMissingNode()) {
                answer(route + " " + response.getKey(), schema, later.at("/content/application~1json/schema"));
            }
        });
        var body = before.path("requestBody");
        var laterBody = after.path("requestBody");
        if (laterBody.path("required").asBoolean(false)
                && !body.path("required").asBoolean(false)) {
            broken.add(route + " wants a body now");
        }
        if (!body.isMissingNode()) {
            request(
                    route + " body",
                    body.at("/content/application~1json/schema"),
                    laterBody.at("/content/application~1json/schema"));
        }
        for (var parameter : after.path("parameters")) {
            if (parameter.path("required").asBoolean(false) && !needed(before.path("parameters"), parameter)) {
                broken.add("%s wants the parameter %s now".formatted(route, parameter.path("name")));
            }
        }
        for (var parameter : before.path("parameters")) {
            if (!has(after.path("parameters"), parameter)) {
                broken.add("%s takes the parameter %s no longer".formatted(route, parameter.path("name")));
            }
        }
    }

    private static boolean has(JsonNode parameters, JsonNode wanted) {
        return parameters
                .valueStream()
                .anyMatch(one -> one.path("name").equals(wanted.path("name"))
                        && one.path("in").equals(wanted.path("in")));
    }

    private static boolean needed(JsonNode parameters, JsonNode wanted) {
        return parameters
                .valueStream()
                .anyMatch(one -> one.path("name").equals(wanted.path("name"))
                        && one.path("required").asBoolean(false));
    }

    /// An answer keeps its fields and their types, and says nothing that clients do not know.
    private void answer(String place, JsonNode before, JsonNode after) {
        if (!seen.add("answer " + before + after)) {
            return;
        }
        var was = old.resolved(before);
        var is = now.resolved(after);
        if (!types(was).containsAll(types(is)) || is.isMissingNode()) {
            broken.add("%s was %s and is %s".formatted(place, types(was), types(is)));
            return;
        }
        if (!values(was, "enum").containsAll(values(is, "enum")) || (is.has("enum") != was.has("enum"))) {
            broken.add("%s has values that clients do not know: %s".formatted(place, values(is, "enum")));
        }
        for (var name : values(was, "required")) {
            if (!values(is, "required").contains(name)) {
                broken.add("%s.%s may be absent".formatted(place, name));
            }
        }
        fields(place, was, is, true);
    }

    /// A request may still say all that it might say, and needs no more than before.
    private void request(String place, JsonNode before, JsonNode after) {
        if (!seen.add("request " + before + after)) {
            return;
        }
        var was = old.resolved(before);
        var is = now.resolved(after);
        boolean anything = !is.isMissingNode() && types(is).isEmpty();
        if (!anything && !types(is).containsAll(types(was))) {
            broken.add("%s was %s and is %s".formatted(place, types(was), types(is)));
            return;
        }
        if (is.has("enum") && !values(is, "enum").containsAll(values(was, "enum"))) {
            broken.add("%s takes some values no longer: %s".formatted(place, values(was, "enum")));
        }
        for (var name : values(is, "required")) {
            if (!values(was, "required").contains(name)) {
                broken.add("%s.%s is needed now".formatted(place, name));
            }
        }
        fields(place, was, is, false);
    }

    private void fields(String place, JsonNode was, JsonNode is, boolean answer) {
        was.path("properties").properties().forEach(field -> {
            var later = is.path("properties").path(field.getKey());
            if (later.isMissingNode()) {
                broken.add("%s.%s is gone".formatted(place, field.getKey()));
            } else {
                both(place + "." + field.getKey(), field.getValue(), later, answer);
            }
        });
        if (was.has("items")) {
            both(place + "[]", was.path("items"), is.path("items"), answer);
        }
        for (int i = 0; i < was.path("anyOf").size(); i++) {
            both(place, was.path("anyOf").path(i), is.path("anyOf").path(i), answer);
        }
    }

    private void both(String place, JsonNode was, JsonNode is, boolean answer) {
        if (answer) {
            answer(place, was, is);
        } else {
            request(place, was, is);
        }
    }

    private static Set<String> types(JsonNode schema) {
        var type = schema.path("type");
        if (type.isMissingNode()) {
            return Set.of();
        }
        return type.isArray() ? values(schema, "type") : Set.of(type.asString());
    }

    private static Set<String> values(JsonNode schema, String list) {
        var values = new TreeSet<String>();
        schema.path(list).forEach(value -> values.add(value.toString().replace("\"", "")));
        return values;
    }
}
