package org.openpks.director.deployment.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.kernel.Fault;

/// Variable references in values: `((x))`, `((x.key))`, `((/absolute/name))`.
public final class Interpolation {

    private static final Pattern REFERENCE = Pattern.compile("\\(\\(\\s*([-/\\w]+)((?:\\.[-\\w]+)*)\\s*\\)\\)");

    private final String prefix;
    private final Lookup lookup;
    private final Set<String> secrets = new LinkedHashSet<>();

    /// Finds a value by its absolute name; null when there is none.
    @FunctionalInterface
    public interface Lookup {
        @Nullable
        Object find(String name);
    }

    /// @param prefix what relative names stand in: `/<director>/<deployment>/`
    public Interpolation(String prefix, Lookup lookup) {
        this.prefix = prefix;
        this.lookup = lookup;
    }

    public static String absolute(String prefix, String name) {
        return name.startsWith("/") ? name : prefix + name;
    }

    /// The names, as written, that stand in the value.
    public static Set<String> references(@Nullable Object value) {
        var names = new LinkedHashSet<String>();
        collect(value, names);
        return names;
    }

    private static void collect(@Nullable Object value, Set<String> names) {
        switch (value) {
            case Map<?, ?> map -> map.values().forEach(item -> collect(item, names));
            case List<?> list -> list.forEach(item -> collect(item, names));
            case String text -> {
                var match = REFERENCE.matcher(text);
                while (match.find()) {
                    names.add(match.group(1));
                }
            }
            case null, default -> {}
        }
    }

    @SuppressWarnings("unchecked")
    public Map<String, Object> resolve(Map<String, Object> values) {
        return (Map<String, Object>) Objects.requireNonNull(value(values));
    }

    /// The value with every reference replaced. A scalar that is one reference takes the variable's type; inside a
    /// longer text it is put in as text.
    public @Nullable Object value(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Map<?, ?> map -> {
                var result = new LinkedHashMap<String, Object>();
                map.forEach((key, item) -> result.put(String.valueOf(key), value(item)));
                yield result;
            }
            case List<?> list -> {
                var result = new ArrayList<@Nullable Object>(list.size());
                list.forEach(item -> result.add(value(item)));
                yield result;
            }
            case String text -> text(text);
            default -> value;
        };
    }

    /// The secret texts that were put in so far, for a redactor.
    public Set<String> secrets() {
        return secrets;
    }

    private Object text(String text) {
        var match = REFERENCE.matcher(text);
        if (!match.find()) {
            return text;
        }
        if (match.start() == 0 && match.end() == text.length()) {
            return find(match.group(1), match.group(2));
        }
        var result = new StringBuilder();
        int from = 0;
        do {
            result.append(text, from, match.start());
            var found = find(match.group(1), match.group(2));
            if (found instanceof Map || found instanceof List) {
                throw new Fault(
                        DeploymentFault.INVALID_VARIABLE,
                        "Variable '%s%s' is not a text, so it cannot stand inside a longer one."
                                .formatted(match.group(1), match.group(2)));
            }
            result.append(found);
            from = match.end();
        } while (match.find());
        return result.append(text, from, text.length()).toString();
    }

    private Object find(String name, String keys) {
        var absolute = absolute(prefix, name);
        Object found = lookup.find(absolute);
        if (found == null) {
            throw new Fault(
                    DeploymentFault.UNKNOWN_VARIABLE,
                    "Failed to find variable '%s' from config server: it does not exist.".formatted(absolute));
        }
        remember(found);
        var path =
                keys.isEmpty() ? List.<String>of() : List.of(keys.substring(1).split("\\."));
        for (var key : path) {
            Object next = found instanceof Map<?, ?> map ? map.get(key) : null;
            if (next == null) {
                throw new Fault(
                        DeploymentFault.INVALID_VARIABLE,
                        "Failed to fetch variable '%s' from config server: it has no key '%s'."
                                .formatted(absolute, key));
            }
            found = next;
        }
        return found;
    }

    private void remember(Object value) {
        collectSecrets(value, secrets);
    }

    /// Adds the texts of a variable's value that nobody may read; certificates and public keys are no secrets.
    public static void collectSecrets(@Nullable Object value, Set<String> secrets) {
        switch (value) {
            case Map<?, ?> map ->
                map.forEach((key, item) -> {
                    if (!"certificate".equals(key) && !"ca".equals(key) && !"public_key".equals(key)) {
                        collectSecrets(item, secrets);
                    }
                });
            case List<?> list -> list.forEach(item -> collectSecrets(item, secrets));
            case String text -> secrets.add(text);
            case null, default -> {}
        }
    }
}
