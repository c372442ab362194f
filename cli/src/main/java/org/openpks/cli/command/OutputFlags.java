package org.openpks.cli.command;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.json.Json;
import org.openpks.cli.yaml.Yaml;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// How a command prints what the API answered.
public final class OutputFlags implements Checked {
    /// The form of the output.
    enum Format {
        TABLE,
        JSON,
        YAML
    }

    static final class FormatConverter implements ITypeConverter<Format> {
        @Override
        public Format convert(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "table" -> Format.TABLE;
                case "json" -> Format.JSON;
                case "yaml" -> Format.YAML;
                default -> throw new TypeConversionException("give table, json or yaml");
            };
        }
    }

    @Option(names = "--json", description = "Return the PKS-API output as json")
    boolean json;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "format",
            converter = FormatConverter.class,
            description = "Form of the output: table, json or yaml (default table)")
    @Nullable
    Format output;

    @Override
    public void check() {
        if (json && output != null && output != Format.JSON) {
            throw new Failure("The flags --json and --output %s contradict each other; give one."
                    .formatted(output.name().toLowerCase(Locale.ROOT)));
        }
    }

    /// True when the output is for programs: nothing else goes to standard output then.
    public boolean machine() {
        return format() != Format.TABLE;
    }

    /// Prints the answer for programs, or the lines for people.
    public void print(Context context, Json answer, Supplier<List<String>> lines) {
        var terminal = context.terminal();
        switch (format()) {
            case TABLE -> terminal.print(lines.get());
            case JSON -> terminal.print(answer.pretty());
            case YAML -> terminal.write(Yaml.print(answer));
        }
    }

    private Format format() {
        return json ? Format.JSON : output == null ? Format.TABLE : output;
    }
}
