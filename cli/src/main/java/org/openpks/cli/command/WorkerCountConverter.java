package org.openpks.cli.command;

import org.openpks.cli.api.WorkerCount;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Takes a whole number of at least 1.
public final class WorkerCountConverter implements ITypeConverter<WorkerCount> {
    @Override
    public WorkerCount convert(String text) {
        try {
            return new WorkerCount(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new TypeConversionException("the number of worker nodes must be a whole number");
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
