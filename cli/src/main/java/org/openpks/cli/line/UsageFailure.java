package org.openpks.cli.line;

import java.util.Arrays;
import java.util.List;
import org.openpks.cli.command.Entry;
import org.openpks.cli.command.Usage;
import org.openpks.cli.failure.Failure;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Says what is wrong with a command line in the words that users of the original know.
final class UsageFailure {
    private UsageFailure() {}

    static Failure of(Entry entry, CommandLine parser, ParameterException e) {
        var hint = Usage.hint(entry.name());
        return switch (e) {
            case UnmatchedArgumentException unmatched -> unmatched(parser, unmatched, hint);
            case MissingParameterException missing -> missing(missing, hint);
            default ->
                new Failure(
                        e.getArgSpec() instanceof OptionSpec option
                                ? "invalid argument \"%s\" for \"%s\" flag: %s"
                                        .formatted(e.getValue(), String.join(", ", shortFirst(option)), reason(e))
                                : reason(e),
                        hint);
        };
    }

    private static Failure unmatched(CommandLine parser, UnmatchedArgumentException e, String hint) {
        var word = e.getUnmatched().getFirst();
        if (word.length() > 1 && word.startsWith("-")) {
            var flag = word.split("=", 2)[0];
            if (!flag.startsWith("--")) {
                return new Failure("unknown shorthand flag: '%s' in %s".formatted(flag.charAt(1), flag), hint);
            }
            var near = Similar.to(
                    flag,
                    parser.getCommandSpec().options().stream()
                            .filter(option -> !option.hidden())
                            .map(OptionSpec::longestName)
                            .toList());
            return new Failure(
                    "unknown flag: " + flag,
                    near.isEmpty()
                            ? hint
                            : "\nDid you mean this?\n\t%s\n\n%s".formatted(String.join("\n\t", near), hint));
        }
        int wanted = parser.getCommandSpec().positionalParameters().size();
        return new Failure(
                "accepts %d arg(s), received %d"
                        .formatted(wanted, wanted + e.getUnmatched().size()),
                hint);
    }

    private static Failure missing(MissingParameterException e, String hint) {
        return e.getMissing().getFirst() instanceof OptionSpec option
                ? new Failure("flag needs an argument: " + option.longestName(), hint)
                : new Failure("accepts 1 arg(s), received 0", hint);
    }

    private static String reason(ParameterException e) {
        if (e.getCause() instanceof TypeConversionException conversion) {
            return String.valueOf(conversion.getMessage());
        }
        return String.valueOf(e.getMessage());
    }

    private static List<String> shortFirst(OptionSpec option) {
        return Arrays.asList(option.names());
    }
}
