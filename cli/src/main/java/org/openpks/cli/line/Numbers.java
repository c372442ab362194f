package org.openpks.cli.line;

import java.math.BigDecimal;
import picocli.CommandLine.TypeConversionException;

/// Numbers on the command line, with words for what is none.
final class Numbers {
    private Numbers() {}

    static Integer whole(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("give a whole number");
        }
    }

    static BigDecimal decimal(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("give a number");
        }
    }
}
