package org.openpks.cli.command;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Takes a name of anything but a cluster as it is given; only an empty one is no name.
public final class NameConverter implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
        if (text.isBlank()) {
            throw new TypeConversionException("the name is empty");
        }
        return text;
    }
}
