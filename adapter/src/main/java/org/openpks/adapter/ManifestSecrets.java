package org.openpks.adapter;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A manifest's variables as a broker hands them over: by reference, `((name))`, `((name.part))` or with a path
/// before the name, and whole values as a map or as their JSON text.
record ManifestSecrets(Map<String, Object> values) {

    private static final JsonMapper JSON = new JsonMapper();

    /// One part of a variable, such as a certificate's `private_key`.
    String value(String name, String part) {
        for (var entry : values.entrySet()) {
            var reference = bare(entry.getKey());
            if (reference.equals(name + "." + part) && entry.getValue() instanceof String text) {
                return text;
            }
            if (reference.equals(name)) {
                var found = part(entry.getValue(), part);
                if (found != null) {
                    return found;
                }
            }
        }
        throw new Fault(
                AdapterFault.SECRET_MISSING,
                "The secret %s of the cluster is not known.".formatted(name),
                "part=%s among %d references".formatted(part, values.size()));
    }

    private static @Nullable String part(Object value, String part) {
        if (value instanceof Map<?, ?> map) {
            return map.get(part) instanceof String text ? text : null;
        }
        if (value instanceof String text && text.stripLeading().startsWith("{")) {
            try {
                return JSON.readTree(text).path(part).asString(null);
            } catch (JacksonException e) {
                return null;
            }
        }
        return null;
    }

    private static String bare(String reference) {
        var name = reference.startsWith("((") && reference.endsWith("))")
                ? reference.substring(2, reference.length() - 2)
                : reference;
        return name.substring(name.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
        return "ManifestSecrets[" + values.keySet() + "]";
    }
}
