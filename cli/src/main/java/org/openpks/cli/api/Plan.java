package org.openpks.cli.api;

import org.openpks.cli.json.Json;

/// A plan that clusters can be made from.
public record Plan(String name, String id, String description) {
    static Plan of(Json json) {
        return new Plan(json.text("name"), json.text("id"), json.text("description"));
    }
}
