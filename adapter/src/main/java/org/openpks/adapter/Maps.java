package org.openpks.adapter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
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

    /// The same tree with the names of all its maps in their order, so that it is written the same whatever order a
    /// client had.
    static Map<String, Object> sorted(Map<String, Object> map) {
        var sorted = new TreeMap<String, Object>();
        map.forEach((name, value) -> sorted.put(name, sortedValue(value)));
        return sorted;
    }

    private static Object sortedValue(Object value) {
        return switch (value) {
            case Map<?, ?> map -> sorted(named(map));
            case List<?> list ->
                list.stream().filter(Objects::nonNull).map(Maps::sortedValue).toList();
            default -> value;
        };
    }

    static Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? named(map) : Map.of();
    }

    /// Names and values in turn, in this order.
    static Map<String, Object> ordered(@Nullable Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(String.valueOf(pairs[i]), Objects.requireNonNull(pairs[i + 1]));
        }
        return map;
    }
}
