package org.openpks.uaa.scim;

import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.openpks.uaa.fault.UaaFault;

/// SCIM 1.0's filter grammar, turned into SQL with bound parameters: `attr op value`, `and`, `or`, parentheses;
/// the operators are `eq co sw pr gt ge lt le`, values stand in double or single quotes, and texts compare
/// without regard to case.
///
/// Own code because the SCIM libraries speak SCIM 2, whose values know no single quotes and whose answers
/// differ.
final class Filter {

    private static final int LONGEST = 4_096;
    private static final int DEEPEST = 50;

    /// A quoted text, a parenthesis, or a word.
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|[()]|[^\\s()\"']+)\\s*", Pattern.DOTALL);

    private final String text;
    private final Attributes attributes;
    private final List<String> tokens;
    private int next;
    private int depth;

    private Filter(String text, Attributes attributes) {
        this.text = text;
        this.attributes = attributes;
        this.tokens = tokens(text);
    }

    /// Fails with 400 `Invalid filter expression` when the text is no filter or names an attribute that is not
    /// there.
    static Condition parse(String text, Attributes attributes) {
        if (text.isBlank()) {
            return Condition.NONE;
        }
        if (text.length() > LONGEST) {
            throw UaaFault.scim(400, "scim", "Invalid filter expression: longer than " + LONGEST + " characters");
        }
        var filter = new Filter(text, attributes);
        var condition = filter.either();
        if (filter.next < filter.tokens.size()) {
            throw filter.invalid();
        }
        return condition;
    }

    private List<String> tokens(String source) {
        var found = new ArrayList<String>();
        var matcher = TOKEN.matcher(source);
        int end = 0;
        while (end < source.length() && matcher.find(end) && matcher.start() == end) {
            found.add(matcher.group(1));
            end = matcher.end();
        }
        if (end < source.length()) {
            throw invalid();
        }
        return found;
    }

    private Condition either() {
        var left = both();
        while (takeWord("or")) {
            left = left.joined("or", both());
        }
        return left;
    }

    private Condition both() {
        var left = single();
        while (takeWord("and")) {
            left = left.joined("and", single());
        }
        return left;
    }

    private Condition single() {
        if (!take().equals("(")) {
            next--;
            return comparison();
        }
        if (++depth > DEEPEST) {
            throw invalid();
        }
        var inner = either();
        depth--;
        if (!take().equals(")")) {
            throw invalid();
        }
        return inner;
    }

    private Condition comparison() {
        var name = take();
        var attribute = attributes.find(name).orElseThrow(this::invalid);
        var column = attribute.column();
        var operator = take().toLowerCase(Locale.ROOT);
        if (operator.equals("pr")) {
            return new Condition(column + " is not null", List.of());
        }
        var value = value(take());
        return switch (operator) {
            case "eq" -> compare(attribute, "=", value);
            case "gt" -> compare(attribute, ">", value);
            case "ge" -> compare(attribute, ">=", value);
            case "lt" -> compare(attribute, "<", value);
            case "le" -> compare(attribute, "<=", value);
            case "co" -> like(attribute, "%" + escaped(value) + "%");
            case "sw" -> like(attribute, escaped(value) + "%");
            default -> throw invalid();
        };
    }

    private Condition compare(Attribute attribute, String operator, String value) {
        var column = attribute.column();
        return switch (attribute.kind()) {
            case TEXT ->
                new Condition("%s collate utf8mb4_general_ci %s ?".formatted(column, operator), List.of(value));
            case BOOLEAN -> new Condition("%s %s ?".formatted(column, operator), List.of(bool(value)));
            case NUMBER -> new Condition("%s %s ?".formatted(column, operator), List.of(number(value)));
            case TIME -> new Condition("%s %s ?".formatted(column, operator), List.of(time(value)));
        };
    }

    private Condition like(Attribute attribute, String pattern) {
        if (attribute.kind() != Attribute.Kind.TEXT) {
            throw invalid();
        }
        return new Condition(attribute.column() + " collate utf8mb4_general_ci like ? escape '!'", List.of(pattern));
    }

    private static String escaped(String value) {
        return value.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }

    private boolean bool(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid();
        };
    }

    private long number(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw invalid();
        }
    }

    /// `2011-10-13T21:44:54.000Z`, with or without the zone.
    private Timestamp time(String value) {
        try {
            var instant = value.endsWith("Z") || value.matches(".*[+-]\\d\\d:?\\d\\d")
                    ? OffsetDateTime.parse(value).toInstant()
                    : LocalDateTime.parse(value).toInstant(ZoneOffset.UTC);
            return Timestamp.from(checked(instant));
        } catch (DateTimeException e) {
            throw invalid();
        }
    }

    /// The years that the database's type has.
    private Instant checked(Instant instant) {
        int year = instant.atZone(ZoneOffset.UTC).getYear();
        if (year < 1000 || year > 9998) {
            throw invalid();
        }
        return instant;
    }

    private String value(String token) {
        char first = token.charAt(0);
        if (first == '"' || first == '\'') {
            return token.substring(1, token.length() - 1).replaceAll("\\\\(.)", "$1");
        }
        if (first == '(' || first == ')') {
            throw invalid();
        }
        return token;
    }

    private boolean takeWord(String word) {
        if (next < tokens.size() && tokens.get(next).equalsIgnoreCase(word)) {
            next++;
            return true;
        }
        return false;
    }

    private String take() {
        if (next >= tokens.size()) {
            throw invalid();
        }
        return tokens.get(next++);
    }

    private UaaFault invalid() {
        return UaaFault.scim(400, "scim", "Invalid filter expression: [" + UaaFault.printable(text) + "]");
    }
}
