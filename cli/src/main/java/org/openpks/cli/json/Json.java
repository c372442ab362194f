package org.openpks.cli.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.terminal.Text;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/// A JSON value: read, looked into, printed. Order of fields, explicit nulls and the spelling of numbers are kept.
public final class Json {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final int INDENT = 3;

    /// JSON null.
    public static final Json NULL = new Json(null);

    private final @Nullable Object value;

    private Json(@Nullable Object value) {
        this.value = value;
    }

    /// Reads exactly one JSON value, at most 500 levels deep, whose objects have no field twice.
    public static Json parse(byte[] text) throws MalformedJson {
        try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            return only(parser);
        } catch (JacksonException e) {
            throw malformed(e, e.getLocation());
        }
    }

    private static Json only(JsonParser parser) throws MalformedJson {
        try {
            if (parser.nextToken() == null) {
                throw new MalformedJson("the text is empty", 1, 1);
            }
            var json = new Json(read(parser));
            if (parser.nextToken() != null) {
                var place = parser.currentTokenLocation();
                throw new MalformedJson("there is more text after the value", place.getLineNr(), place.getColumnNr());
            }
            return json;
        } catch (StreamConstraintsException e) {
            // It knows no place itself.
            throw malformed(e, parser.currentLocation());
        }
    }

    private static MalformedJson malformed(JacksonException e, @Nullable TokenStreamLocation place) {
        return new MalformedJson(
                withoutNotes(e.getOriginalMessage()),
                place == null ? 1 : place.getLineNr(),
                place == null ? 1 : place.getColumnNr(),
                e);
    }

    /// Jackson adds where in its source something began, and where its limits are set; these are notes for programmers.
    private static String withoutNotes(String message) {
        return message.replaceFirst(" \\([^(\\[]*\\[Source: .*", "").replaceFirst(", from `[^`]*`", "");
    }

    /// An object of the given fields; values are strings, numbers, booleans, [Json] or null.
    public static Json object(Map<String, ?> fields) {
        var copy = new LinkedHashMap<String, @Nullable Object>();
        fields.forEach((name, field) -> copy.put(
                name,
                switch (field) {
                    case null -> null;
                    case Json json -> json.value;
                    case Number number -> new JsonNumber(number.toString());
                    default -> field;
                }));
        return new Json(copy);
    }

    public static Json array(List<Json> items) {
        var copy = new ArrayList<@Nullable Object>();
        items.forEach(item -> copy.add(item.value));
        return new Json(copy);
    }

    /// This object with one field set, which keeps its place.
    public Json with(String field, Json content) {
        var copy = new LinkedHashMap<String, @Nullable Object>();
        if (value instanceof Map<?, ?> fields) {
            fields.forEach((name, item) -> copy.put(String.valueOf(name), item));
        }
        copy.put(field, content.value);
        return new Json(copy);
    }

    /// A number or boolean as it is written.
    public static Json literal(String text) {
        return switch (text) {
            case "true" -> new Json(true);
            case "false" -> new Json(false);
            case "null" -> NULL;
            default -> new Json(new JsonNumber(text));
        };
    }

    /// A string.
    public static Json string(String text) {
        return new Json(text);
    }

    private static @Nullable Object read(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                var fields = new LinkedHashMap<String, @Nullable Object>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    var name = parser.currentName();
                    parser.nextToken();
                    fields.put(name, read(parser));
                }
                yield fields;
            }
            case START_ARRAY -> {
                var items = new ArrayList<@Nullable Object>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(read(parser));
                }
                yield items;
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getString();
        };
    }

    /// True for a string, as against a number or boolean.
    public boolean isString() {
        return value instanceof String;
    }

    public boolean isNull() {
        return value == null;
    }

    public boolean isObject() {
        return value instanceof Map;
    }

    public boolean isArray() {
        return value instanceof List;
    }

    /// The field of this object; JSON null when there is none or this is no object.
    public Json at(String field) {
        return new Json(value instanceof Map<?, ?> fields ? fields.get(field) : null);
    }

    /// The fields of this object in their order; none when it is no object.
    public Map<String, Json> fields() {
        var fields = new LinkedHashMap<String, Json>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, field) -> fields.put(String.valueOf(name), new Json(field)));
        }
        return fields;
    }

    /// The items of this array; none when it is no array.
    public List<Json> items() {
        return value instanceof List<?> items ? items.stream().map(Json::new).toList() : List.of();
    }

    /// The field as text: a string as it is, a number or boolean as written, anything else empty.
    public String text(String field) {
        return at(field).text();
    }

    /// This value as text, as in [#text(String)].
    public String text() {
        // Chains of instanceof here and in write: the switch over types costs 10 ms when it is first met.
        if (value instanceof String string) {
            return string;
        }
        if (value instanceof JsonNumber number) {
            return number.text();
        }
        return value instanceof Boolean ? value.toString() : "";
    }

    /// The field as a whole number, or the fallback when it is missing or no such number.
    public long number(String field, long fallback) {
        try {
            return Long.parseLong(text(field));
        } catch (NumberFormatException e) {
            return fallback;
        }
    }

    /// On many lines, three spaces deeper per level.
    public String pretty() {
        var out = new StringBuilder();
        write(value, out, 0, true);
        return out.toString();
    }

    /// On one line.
    @Override
    public String toString() {
        var out = new StringBuilder();
        write(value, out, 0, false);
        return out.toString();
    }

    private static void write(@Nullable Object value, StringBuilder out, int depth, boolean pretty) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> fields -> {
                out.append('{');
                boolean first = true;
                for (var field : fields.entrySet()) {
                    separate(out, first, depth + 1, pretty);
                    first = false;
                    quote(String.valueOf(field.getKey()), out);
                    out.append(pretty ? ": " : ":");
                    write(field.getValue(), out, depth + 1, pretty);
                }
                close(out, first, depth, pretty, '}');
            }
            case List<?> items -> {
                out.append('[');
                boolean first = true;
                for (var item : items) {
                    separate(out, first, depth + 1, pretty);
                    first = false;
                    write(item, out, depth + 1, pretty);
                }
                close(out, first, depth, pretty, ']');
            }
            case String string -> quote(string, out);
            case JsonNumber number -> out.append(number.text());
            default -> out.append(value);
        }
    }

    private static void separate(StringBuilder out, boolean first, int depth, boolean pretty) {
        if (!first) {
            out.append(',');
        }
        if (pretty) {
            out.append('\n').repeat(' ', depth * INDENT);
        }
    }

    private static void close(StringBuilder out, boolean empty, int depth, boolean pretty, char bracket) {
        if (pretty && !empty) {
            out.append('\n').repeat(' ', depth * INDENT);
        }
        out.append(bracket);
    }

    private static void quote(String string, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < string.length()
                    && Character.isLowSurrogate(string.charAt(i + 1));
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (pair) {
                        out.append(c).append(string.charAt(++i));
                    } else if (Text.isUnsafe(c)) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
