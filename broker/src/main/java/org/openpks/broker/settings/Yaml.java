package org.openpks.broker.settings;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A map of a configuration file. What is wrong with it is noted with the key's whole path, and reading goes on with
/// a value that does no harm.
final class Yaml {

    private final String path;
    private final Map<String, Object> values;
    private final Mistakes mistakes;

    Yaml(String path, Map<String, Object> values, Mistakes mistakes) {
        this.path = path;
        this.values = values;
        this.mistakes = mistakes;
    }

    Mistakes mistakes() {
        return mistakes;
    }

    /// Notes every key that is none of these.
    void only(String... keys) {
        var known = List.of(keys);
        values.keySet().stream()
                .filter(key -> !known.contains(key))
                .forEach(key -> wrong(key, "is not a setting; there are " + String.join(", ", known)));
    }

    Map<String, Object> values() {
        return values;
    }

    Optional<Object> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /// Scalars are texts: `version: 1.7` means the text.
    String text(String key) {
        return optionalText(key).orElseGet(() -> {
            wrong(key, "is missing");
            return "";
        });
    }

    Optional<String> optionalText(String key) {
        return value(key).map(value -> {
            if (value instanceof Map || value instanceof List) {
                wrong(key, "must be a text");
                return "";
            }
            return String.valueOf(value);
        });
    }

    /// An address such as `https://10.0.0.6:25555`.
    URI address(String key) {
        var text = text(key);
        try {
            var address = URI.create(text);
            if (text.isEmpty()
                    || (address.getHost() != null && address.getScheme().matches("https?"))) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // It is noted below.
        }
        wrong(key, "must be an address such as https://10.0.0.6:25555, not " + text);
        return URI.create("");
    }

    boolean flag(String key, boolean otherwise) {
        return value(key)
                .map(value -> {
                    if (value instanceof Boolean flag) {
                        return flag;
                    }
                    wrong(key, "must be true or false");
                    return otherwise;
                })
                .orElse(otherwise);
    }

    Optional<Integer> number(String key) {
        return value(key).map(value -> {
            if (value instanceof Integer number) {
                return number;
            }
            wrong(key, "must be a whole number");
            return 1;
        });
    }

    Yaml map(String key) {
        return optionalMap(key).orElseGet(() -> {
            wrong(key, "is missing");
            // That says it all: the keys that are therefore missing too are not named.
            return new Yaml(path(key), Map.of(), new Mistakes());
        });
    }

    Optional<Yaml> optionalMap(String key) {
        return value(key).map(value -> inner(path(key), value));
    }

    Map<String, Object> object(String key) {
        return optionalMap(key).map(Yaml::values).orElse(Map.of());
    }

    List<Yaml> maps(String key) {
        var items = new ArrayList<Yaml>();
        int index = 0;
        for (var item : list(key)) {
            var place = "%s[%d]".formatted(path(key), index++);
            items.add(inner(place, item));
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
                    wrong(key, "must be a list");
                    return List.of();
                })
                .orElse(List.of());
    }

    void wrong(String key, String what) {
        mistakes.add(path(key), what);
    }

    private Yaml inner(String place, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return new Yaml(place, named(map), mistakes);
        }
        mistakes.add(place, "must be a map");
        return new Yaml(place, Map.of(), new Mistakes());
    }

    String path() {
        return path;
    }

    private String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    static Map<String, Object> named(Map<?, ?> map) {
        var copy = new LinkedHashMap<String, Object>();
        map.forEach((key, item) -> copy.put(String.valueOf(key), item));
        return copy;
    }

    /// Later maps go over earlier ones, key by key; anything else is replaced.
    static Map<String, Object> overlay(Map<String, Object> below, Map<String, Object> above) {
        var merged = new LinkedHashMap<>(below);
        above.forEach((key, value) -> {
            var old = merged.get(key);
            if (old instanceof Map<?, ?> one && value instanceof Map<?, ?> other) {
                merged.put(key, overlay(named(one), named(other)));
            } else {
                merged.put(key, value);
            }
        });
        return merged;
    }
}
