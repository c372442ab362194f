package org.openpks.director.deployment.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.kernel.Fault;

/// Reads typed fields of a hash and says clearly which one is wrong and where.
final class Fields {

    private final Map<String, Object> values;
    private final String where;

    /// @param where for example "instance group 'worker'"
    Fields(Map<String, Object> values, String where) {
        this.values = values;
        this.where = where;
    }

    static Fields of(@Nullable Object value, String where) {
        if (value instanceof Map<?, ?> map) {
            return new Fields(strings(map), where);
        }
        throw new Fault(
                DeploymentFault.INVALID_TYPE, "%s did not match the required type 'Hash'.".formatted(capital(where)));
    }

    static Map<String, Object> strings(Map<?, ?> map) {
        var result = new LinkedHashMap<String, Object>();
        map.forEach((key, value) -> result.put(String.valueOf(key), value));
        return result;
    }

    String where() {
        return where;
    }

    boolean has(String name) {
        return values.containsKey(name) && values.get(name) != null;
    }

    @Nullable
    Object raw(String name) {
        return values.get(name);
    }

    Map<String, Object> all() {
        return values;
    }

    String string(String name) {
        return optionalString(name).orElseThrow(() -> missing(name));
    }

    Optional<String> optionalString(String name) {
        return switch (values.get(name)) {
            case null -> Optional.empty();
            case String text -> Optional.of(text);
            default -> throw type(name, "String");
        };
    }

    /// A version or the like, which YAML may have read as a number.
    String text(String name) {
        return switch (values.get(name)) {
            case null -> throw missing(name);
            case String text -> text;
            case Number number -> number.toString();
            default -> throw type(name, "String");
        };
    }

    int integer(String name) {
        return optionalInteger(name).orElseThrow(() -> missing(name));
    }

    Optional<Integer> optionalInteger(String name) {
        return switch (values.get(name)) {
            case null -> Optional.empty();
            case Integer number -> Optional.of(number);
            default -> throw type(name, "Integer");
        };
    }

    boolean flag(String name, boolean otherwise) {
        return switch (values.get(name)) {
            case null -> otherwise;
            case Boolean flag -> flag;
            default -> throw type(name, "Boolean");
        };
    }

    Map<String, Object> hash(String name) {
        return optionalHash(name).orElse(Map.of());
    }

    Optional<Map<String, Object>> optionalHash(String name) {
        return switch (values.get(name)) {
            case null -> Optional.empty();
            case Map<?, ?> map -> Optional.of(strings(map));
            default -> throw type(name, "Hash");
        };
    }

    List<?> list(String name) {
        return switch (values.get(name)) {
            case null -> List.of();
            case List<?> list -> list;
            default -> throw type(name, "Array");
        };
    }

    List<?> requiredList(String name) {
        if (!has(name)) {
            throw missing(name);
        }
        return list(name);
    }

    List<String> strings(String name) {
        var result = new ArrayList<String>();
        for (var item : list(name)) {
            if (!(item instanceof String text)) {
                throw type(name, "Array of strings");
            }
            result.add(text);
        }
        return result;
    }

    List<Fields> hashes(String name, String kind) {
        var result = new ArrayList<Fields>();
        for (var item : list(name)) {
            if (!(item instanceof Map<?, ?> map)) {
                throw type(name, "Array of hashes");
            }
            var values = strings(map);
            var label = values.get("name") instanceof String text ? "%s '%s'".formatted(kind, text) : kind;
            result.add(new Fields(values, where.isEmpty() ? label : label + inside()));
        }
        return result;
    }

    private String inside() {
        return where.equals("the manifest") || where.equals("the cloud config") ? "" : " of " + where;
    }

    Fault missing(String name) {
        return new Fault(
                DeploymentFault.MISSING_FIELD,
                "Required property '%s' was not specified in %s.".formatted(name, where));
    }

    Fault type(String name, String type) {
        return new Fault(
                DeploymentFault.INVALID_TYPE,
                "Property '%s' of %s did not match the required type '%s'.".formatted(name, where, type));
    }

    Fault invalid(String name, String why) {
        return new Fault(DeploymentFault.INVALID_VALUE, "Property '%s' of %s %s.".formatted(name, where, why));
    }

    private static String capital(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
