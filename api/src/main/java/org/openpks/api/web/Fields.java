package org.openpks.api.web;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.api.cluster.ClusterFault;
import org.openpks.api.cluster.ClusterOrder;
import org.openpks.kernel.Fault;

/// Rules for single fields of bodies.
final class Fields {

    private static final int LARGEST_PORT = 65_535;
    private static final int LONGEST_QUOTE = 80;

    private Fields() {}

    static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw invalid(name, "The field '%s' is missing.".formatted(name));
        }
        return value;
    }

    /// A name that may be given; absent, null and empty give none.
    static Optional<String> name(@Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.isEmpty());
    }

    /// Generated clients send unset fields as null, as empty text or as an object of nulls: these ask for nothing.
    static void unsupported(String name, @Nullable Object value) {
        if (!empty(value)) {
            throw invalid(
                    name, "The field '%s' is not supported by this installation; please leave it out.".formatted(name));
        }
    }

    static int port(String name, @Nullable Integer value) {
        int port = value == null ? ClusterOrder.DEFAULT_PORT : value;
        if (port < 1 || port > LARGEST_PORT) {
            throw invalid(
                    name, "The field '%s' must lie between 1 and %d, not be %d.".formatted(name, LARGEST_PORT, port));
        }
        return port;
    }

    /// A text of a request as an error quotes it.
    static String shown(String text) {
        var start = text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
        return start.replaceAll("\\p{Cntrl}", "?");
    }

    private static boolean empty(@Nullable Object value) {
        return switch (value) {
            case null -> true;
            case String text -> text.isEmpty();
            case Boolean flag -> !flag;
            case Collection<?> values -> values.isEmpty();
            case Map<?, ?> values -> values.values().stream().allMatch(Fields::empty);
            default -> false;
        };
    }

    static Fault invalid(String name, String sentence) {
        return new Fault(ClusterFault.REQUEST_INVALID, sentence, "field=" + name);
    }
}
