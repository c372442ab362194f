package org.openpks.api.web;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/// Says in one sentence what is wrong with a body, without repeating any of its values. A field is named by its path
/// alone: the line and the column of a body that a program wrote tell nothing to whoever wrote the program's input.
final class JsonProblem {

    private JsonProblem() {}

    static String describe(@Nullable Throwable cause) {
        return switch (cause) {
            case UnrecognizedPropertyException unknown -> "The field '%s' is unknown.".formatted(path(unknown));
            case InputCoercionException number
            when !path(number).isEmpty() ->
                "The number in the field '%s' is too large or has a fraction.".formatted(path(number));
            case InputCoercionException number ->
                "A number in the body is too large or has a fraction%s.".formatted(place(number));
            case StreamReadException twice
            when twice.getOriginalMessage().startsWith("Duplicate") ->
                "The body has a field twice%s.".formatted(place(twice));
            case StreamReadException broken -> "The body is not valid JSON%s.".formatted(place(broken));
            case MismatchedInputException mismatch when path(mismatch).isEmpty() -> "The body must be a JSON object.";
            case MismatchedInputException mismatch ->
                "The field '%s' must be %s.".formatted(path(mismatch), wanted(mismatch.getTargetType()));
            case JacksonException other -> "The body cannot be read%s.".formatted(place(other));
            case null, default -> "The body is missing or is not valid JSON.";
        };
    }

    /// What is wrong with a field's text that should be JSON. The line and the column are the text's.
    static String within(String field, JacksonException cause) {
        return cause instanceof StreamReadException twice
                        && twice.getOriginalMessage().startsWith("Duplicate")
                ? "The JSON in the field '%s' has a field twice%s.".formatted(field, place(cause))
                : "The field '%s' is not valid JSON%s.".formatted(field, place(cause));
    }

    private static String place(JacksonException problem) {
        var location = problem.getLocation();
        return location == null || location.getLineNr() < 1
                ? ""
                : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
    }

    private static String path(JacksonException problem) {
        var path = new StringBuilder();
        for (var part : problem.getPath()) {
            if (part.getPropertyName() == null) {
                path.append('[').append(part.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(printable(part.getPropertyName()));
            }
        }
        return path.toString();
    }

    private static String wanted(@Nullable Class<?> type) {
        if (type == null) {
            return "of another type";
        }
        if (type == Integer.class || type == int.class) {
            return "a whole number";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        return type == String.class ? "a text" : "an object";
    }

    private static String printable(String text) {
        var shown = text.length() <= 80 ? text : text.substring(0, 80) + "...";
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
