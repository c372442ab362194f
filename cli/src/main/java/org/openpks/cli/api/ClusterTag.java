package org.openpks.cli.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openpks.cli.json.Json;

/// A name that is put on a cluster's machines.
/// @param value may be empty
public record ClusterTag(String name, String value) {

    /// Reads `k:v,k2:v2,keyOnly`; an empty text is no tags.
    /// @throws IllegalArgumentException saying what is wrong
    public static List<ClusterTag> parse(String text) {
        if (text.isBlank()) {
            return List.of();
        }
        var tags = new ArrayList<ClusterTag>();
        for (var item : text.split(",", -1)) {
            var parts = item.strip().split(":", -1);
            if (parts.length > 2 || parts[0].isBlank() || item.contains("\"")) {
                throw new IllegalArgumentException(
                        "tags are like key:value,key2:value2,keyOnly; names and values have no quotes, colons or commas");
            }
            tags.add(new ClusterTag(parts[0], parts.length == 1 ? "" : parts[1]));
        }
        return tags;
    }

    static ClusterTag of(Json json) {
        return new ClusterTag(json.text("name"), json.text("value"));
    }

    Json toJson() {
        return Json.object(Map.of("name", name)).with("value", Json.string(value));
    }

    @Override
    public String toString() {
        return value.isEmpty() ? name : name + ":" + value;
    }
}
