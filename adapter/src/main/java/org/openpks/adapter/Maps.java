package org.openpks.adapter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Untyped trees, as YAML and JSON give them.
final class Maps {

    private Maps() {}

    /// The same map with names as keys, in the same order. Entries without a value are left out.
    static Map<String, Object> named(Map<?, ?> map) {
        var named = new LinkedHashMap<String, Object>();
        map.forEach((name, value) -> {
            if (value != null) {
                named.put(String.valueOf(name), value);
            }
        });
        return named;
    }

    /// The list's members that are maps; nothing when it is no list.
    static List<Map<String, Object>> maps(@Nullable Object list) {
        if (!(list instanceof List<?> members)) {
            return List.of();
        }
        return members.stream()
                .filter(Map.class::isInstance)
                .map(member -> named((Map<?, ?>) member))
                .toList();
    }

    static Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? named(map) : Map.of();
    }
}
