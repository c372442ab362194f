package org.openpks.uaa.scim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.openpks.uaa.fault.UaaFault;
import tools.jackson.databind.JsonNode;

/// A JSON object that came in a request. What has the wrong type ends with 400 and the field's name; `null`
/// counts as absent.
/// @param error the name of the error
public record Body(JsonNode node, String error) {

    /// The longest text that the database's columns take.
    private static final int LONGEST = 255;

    public Body {
        if (!node.isObject()) {
            throw UaaFault.scim(400, error, "The request body must be a JSON object.");
        }
    }

    /// The objects of a JSON array.
    public static List<Body> array(JsonNode node, String error) {
        if (!node.isArray()) {
            throw UaaFault.scim(400, error, "The request body must be a JSON array.");
        }
        var bodies = new ArrayList<Body>();
        node.forEach(item -> bodies.add(new Body(item, error)));
        return bodies;
    }

    public boolean has(String field) {
        return node.hasNonNull(field);
    }

    /// A text of at most 255 characters.
    public Optional<String> text(String field) {
        return text(field, LONGEST);
    }

    public Optional<String> text(String field, int longest) {
        return value(field).map(value -> {
            if (!value.isString()) {
                throw wrong(field, "a string");
            }
            return checked(field, value.asString(), longest);
        });
    }

    public Optional<Boolean> bool(String field) {
        return value(field).map(value -> {
            if (!value.isBoolean()) {
                throw wrong(field, "true or false");
            }
            return value.asBoolean();
        });
    }

    /// A whole number, also as a text of digits.
    public OptionalInt integer(String field) {
        var value = value(field);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(value.get().asString()));
        } catch (NumberFormatException e) {
            throw wrong(field, "a whole number");
        }
    }

    /// An array of texts, or one text with commas in it.
    public Optional<List<String>> list(String field) {
        return value(field).map(value -> {
            if (value.isString()) {
                return Arrays.stream(value.asString().split(","))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .map(part -> checked(field, part, LONGEST))
                        .toList();
            }
            if (!value.isArray() || !value.valueStream().allMatch(JsonNode::isString)) {
                throw wrong(field, "an array of strings");
            }
            return value.valueStream()
                    .map(item -> checked(field, item.asString().strip(), 2_048))
                    .distinct()
                    .toList();
        });
    }

    public Optional<Body> object(String field) {
        return value(field).map(value -> {
            if (!value.isObject()) {
                throw wrong(field, "an object");
            }
            return new Body(value, error);
        });
    }

    /// An array of objects.
    public Optional<List<Body>> objects(String field) {
        return value(field).map(value -> {
            if (!value.isArray() || !value.valueStream().allMatch(JsonNode::isObject)) {
                throw wrong(field, "an array of objects");
            }
            return value.valueStream().map(item -> new Body(item, error)).toList();
        });
    }

    private Optional<JsonNode> value(String field) {
        return has(field) ? Optional.of(node.get(field)) : Optional.empty();
    }

    private String checked(String field, String text, int longest) {
        if (text.length() > longest) {
            throw UaaFault.scim(400, error, "%s is longer than %d characters.".formatted(field, longest));
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw UaaFault.scim(400, error, field + " holds control characters.");
        }
        return text;
    }

    private UaaFault wrong(String field, String what) {
        return UaaFault.scim(400, error, "%s must be %s.".formatted(field, what));
    }
}
