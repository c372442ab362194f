package org.openpks.osb;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Absent collections of a message become empty ones.
final class Wire {

    private Wire() {}

    static <T> List<T> list(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    /// Values may be null in JSON objects, so the map is kept as it was read.
    static Map<String, Object> map(@Nullable Map<String, Object> map) {
        return map == null ? Map.of() : map;
    }
}
