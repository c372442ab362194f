package org.openpks.api.profile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// A JSON object whose fields are read one by one, so that those that nobody asked for are known in the end. Null is
/// the same as absent.
final class JsonFields {

    private final String path;
    private final JsonNode node;
    private final Set<String> known = new HashSet<>();

    /// @param path where the object stands in the body
    JsonFields(String path, JsonNode node) {
        if (!node.isObject()) {
            throw ProfileFault.rule(path, "must be an object");
        }
        this.path = path;
        this.node = node;
    }

    /// Where a field stands in the body.
    String place(String name) {
        return path + "." + name;
    }

    boolean has(String name) {
        known.add(name);
        return node.hasNonNull(name);
    }

    /// @throws org.openpks.kernel.Fault when the field is absent
    JsonFields require(String name) {
        if (!has(name)) {
            throw ProfileFault.rule(place(name), "is missing");
        }
        return this;
    }

    <T> Optional<T> read(String name, BiFunction<String, JsonNode, T> reader) {
        return has(name) ? Optional.of(reader.apply(place(name), node.path(name))) : Optional.empty();
    }

    Optional<String> text(String name) {
        return read(name, JsonFields::textOf);
    }

    /// A text that has a form.
    /// @param rule "must be ..."
    Optional<String> text(String name, Pattern form, String rule) {
        return read(name, (place, value) -> formed(place, value, form, rule));
    }

    Optional<Boolean> bool(String name) {
        return read(name, (place, value) -> {
            if (!value.isBoolean()) {
                throw ProfileFault.rule(place, "must be true or false");
            }
            return value.booleanValue();
        });
    }

    Optional<Integer> number(String name, int least, int most) {
        return read(name, (place, value) -> {
            if (!value.isIntegralNumber()
                    || !value.canConvertToInt()
                    || value.intValue() < least
                    || value.intValue() > most) {
                throw ProfileFault.rule(
                        place,
                        most == Integer.MAX_VALUE
                                ? "must be a whole number of at least " + least
                                : "must be a whole number from %d to %d".formatted(least, most));
            }
            return value.intValue();
        });
    }

    Optional<JsonFields> object(String name) {
        return read(name, JsonFields::new);
    }

    /// Empty when the field is absent.
    List<JsonFields> objects(String name) {
        return list(name, JsonFields::new);
    }

    /// Texts that have a form, each once; empty when the field is absent.
    List<String> texts(String name, Pattern form, String rule) {
        var texts = list(name, (place, value) -> formed(place, value, form, rule));
        if (new HashSet<>(texts).size() < texts.size()) {
            throw ProfileFault.rule(place(name), "names something twice");
        }
        return texts;
    }

    private <T> List<T> list(String name, BiFunction<String, JsonNode, T> reader) {
        return read(name, (place, value) -> {
                    if (!value.isArray()) {
                        throw ProfileFault.rule(place, "must be a list");
                    }
                    var entries = new ArrayList<T>();
                    value.forEach(entry -> entries.add(reader.apply("%s[%d]".formatted(place, entries.size()), entry)));
                    return (List<T>) entries;
                })
                .orElse(List.of());
    }

    private static String textOf(String place, JsonNode value) {
        if (!value.isString()) {
            throw ProfileFault.rule(place, "must be a text");
        }
        return value.stringValue();
    }

    private static String formed(String place, JsonNode value, Pattern form, String rule) {
        var text = textOf(place, value);
        if (!form.matcher(text).matches()) {
            throw ProfileFault.rule(place, rule);
        }
        return text;
    }

    /// Every field has been read.
    /// @throws org.openpks.kernel.Fault naming one that has not
    void end() {
        for (var name : node.propertyNames()) {
            if (!known.contains(name)) {
                var shown = (name.length() <= 80 ? name : name.substring(0, 80) + "...").replaceAll("\\p{Cntrl}", "?");
                throw ProfileFault.invalid(
                        place(shown),
                        "The field '%s' is unknown.%s".formatted(place(shown), Suggestion.of(name, known)));
            }
        }
    }
}
