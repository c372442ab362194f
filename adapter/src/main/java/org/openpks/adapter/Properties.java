package org.openpks.adapter;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;

/// A plan's properties, read with their types.
record Properties(Map<String, Object> values) {

    /// What BOSH takes for a number of instances beside a number.
    static final Pattern WHOLE_PERCENTAGE = Pattern.compile("(?:100|\\d{1,2})%");

    @Nullable
    Object value(String name) {
        return values.get(name);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(String::valueOf);
    }

    Optional<Integer> number(String name) {
        return switch (values.get(name)) {
            case null -> Optional.empty();
            case Integer number -> Optional.of(number);
            case Long number -> Optional.of(Math.toIntExact(number));
            default -> throw wrong(name, "a whole number");
        };
    }

    /// A number, or a percentage such as `25%`, as BOSH's update blocks take both.
    Optional<Object> amount(String name) {
        return switch (values.get(name)) {
            case null -> Optional.empty();
            case Integer number -> Optional.of(number);
            case String text when WHOLE_PERCENTAGE.matcher(text).matches() -> Optional.of(text);
            default -> throw wrong(name, "a whole number, or a percentage such as 25%");
        };
    }

    Optional<Boolean> truth(String name) {
        return switch (values.get(name)) {
            case null -> Optional.empty();
            case Boolean truth -> Optional.of(truth);
            default -> throw wrong(name, "true or false");
        };
    }

    List<String> texts(String name) {
        return switch (values.get(name)) {
            case null -> List.of();
            case List<?> list -> list.stream().map(String::valueOf).toList();
            default -> throw wrong(name, "a list");
        };
    }

    /// The map of that name; empty when there is none.
    Properties map(String name) {
        return switch (values.get(name)) {
            case null -> new Properties(Map.of());
            case Map<?, ?> map -> new Properties(Maps.named(map));
            default -> throw wrong(name, "a map");
        };
    }

    private static Fault wrong(String name, String wanted) {
        return new Fault(AdapterFault.PLAN_INVALID, "The plan's property " + name + " must be " + wanted + ".");
    }
}
