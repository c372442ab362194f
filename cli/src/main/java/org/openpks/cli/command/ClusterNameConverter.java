package org.openpks.cli.command;

import org.openpks.cli.api.ClusterName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Takes a name as it is given; only an empty one is no name.
public final class ClusterNameConverter implements ITypeConverter<ClusterName> {
    @Override
    public ClusterName convert(String text) {
        if (text.isBlank()) {
            throw new TypeConversionException("the name of the cluster is empty");
        }
        return new ClusterName(text);
    }
}
