package org.openpks.broker.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A map of a configuration file, read with errors that name the key's whole path.
final class Yaml {

    private final String path;
    private final Map<String, Object> values;

    Yaml(String path, Map<String, Object> values) {
        this.path = path;
        this.values = values;
    }

    Map<String, Object> values() {
        return values;
    }

    Optional<Object> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /// Scalars are texts: `version: 1.7` means the text.
    String text(String key) {
        return optionalText(key).orElseThrow(() -> wrong(key, "is missing"));
    }

    Optional<String> optionalText(String key) {
        return value(key).map(value -> {
            if (value instanceof Map || value instanceof List) {
                throw wrong(key, "is not a text");
            }
            return String.valueOf(value);
        });
    }

    boolean flag(String key, boolean otherwise) {
        return value(key)
                .map(value -> {
                    if (value instanceof Boolean flag) {
                        return flag;
                    }
                    throw wrong(key, "is neither true nor false");
                })
                .orElse(otherwise);
    }

    Optional<Integer> number(String key) {
        return value(key).map(value -> {
            if (value instanceof Integer number) {
                return number;
            }
            throw wrong(key, "is not a whole number");
        });
    }

    Yaml map(String key) {
        return optionalMap(key).orElseThrow(() -> wrong(key, "is missing"));
    }

    Optional<Yaml> optionalMap(String key) {
        return value(key).map(value -> new Yaml(path(key), asMap(path(key), value)));
    }

    Map<String, Object> object(String key) {
        return optionalMap(key).map(Yaml::values).orElse(Map.of());
    }

    List<Yaml> maps(String key) {
        var items = new ArrayList<Yaml>();
        int index = 0;
        for (var item : list(key)) {
            var place = "%s[%d]".formatted(path(key), index++);
            items.add(new Yaml(place, asMap(place, item)));
        }
        return items;
    }

    List<String> texts(String key) {
        return list(key).stream().map(String::valueOf).collect(Collectors.toList());
    }

    private List<?> list(String key) {
        return value(key)
                .<List<?>>map(value -> {
                    if (value instanceof List<?> list) {
                        return list;
                    }
                    throw wrong(key, "is not a list");
                })
                .orElse(List.of());
    }

    IllegalArgumentException wrong(String key, String what) {
        return new IllegalArgumentException("the broker's configuration is wrong: %s %s".formatted(path(key), what));
    }

    private String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    static Map<String, Object> asMap(String path, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("the broker's configuration is wrong: %s is not a map".formatted(path));
        }
        var copy = new LinkedHashMap<String, Object>();
        map.forEach((key, item) -> copy.put(String.valueOf(key), item));
        return copy;
    }

    /// Later maps go over earlier ones, key by key; anything else is replaced.
    static Map<String, Object> overlay(Map<String, Object> below, Map<String, Object> above) {
        var merged = new LinkedHashMap<>(below);
        above.forEach((key, value) -> {
            var old = merged.get(key);
            if (old instanceof Map<?, ?> && value instanceof Map<?, ?>) {
                merged.put(key, overlay(asMap(key, old), asMap(key, value)));
            } else {
                merged.put(key, value);
            }
        });
        return merged;
    }
}
