package org.openpks.director.variable;

import java.util.List;
import java.util.Map;
import org.openpks.director.fault.DirectorFault;
import org.openpks.kernel.Fault;

/// The options of a variable, read with their types.
record Options(String variable, Map<String, Object> values) {

    String text(String key, String otherwise) {
        var value = values.get(key);
        return value == null ? otherwise : String.valueOf(value);
    }

    boolean flag(String key) {
        var value = values.get(key);
        return value instanceof Boolean flag ? flag : "true".equals(value);
    }

    int number(String key, int otherwise, int least, int most) {
        var value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        int number;
        try {
            number = value instanceof Number given
                    ? Math.toIntExact(given.longValue())
                    : Integer.parseInt(String.valueOf(value));
        } catch (ArithmeticException | NumberFormatException e) {
            throw invalid("'" + key + "' is not a number");
        }
        if (number < least || number > most) {
            throw invalid("'" + key + "' must be between " + least + " and " + most);
        }
        return number;
    }

    /// A list of texts; a single text counts as a list of one.
    List<String> texts(String key) {
        return switch (values.get(key)) {
            case null -> List.of();
            case List<?> list -> list.stream().map(String::valueOf).toList();
            case Object one -> List.of(String.valueOf(one));
        };
    }

    Fault invalid(String reason) {
        return new Fault(
                DirectorFault.VARIABLE_GENERATION_FAILED,
                "Cannot generate variable '" + variable + "': " + reason + ".");
    }
}
