package org.openpks.uaa.scim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// A part of a list.
/// @param total how many there are in all
/// @param start the first one's place, from 1
public record Page<T>(List<T> items, int total, int start) {

    /// SCIM's core schema in the version that UAA speaks.
    public static final List<String> SCHEMAS = List.of("urn:scim:schemas:core:1.0");

    /// The answer's JSON.
    public Map<String, Object> json(Function<T, ?> item) {
        var json = new LinkedHashMap<String, Object>();
        json.put("resources", items.stream().map(item).toList());
        json.put("startIndex", start);
        json.put("itemsPerPage", items.size());
        json.put("totalResults", total);
        json.put("schemas", SCHEMAS);
        return json;
    }
}
