package org.openpks.cli.command;

import static java.util.stream.Collectors.joining;

import java.util.List;
import org.openpks.cli.failure.Failure;

/// Failures for command lines that a command itself finds wrong, in the words that users of the original know.
public final class Usage {
    private Usage() {}

    /// For flags that the command cannot do without.
    public static Failure missing(String command, List<String> flags) {
        return wrong(
                command,
                "required flag(s) %s not set"
                        .formatted(flags.stream().map(flag -> '"' + flag + '"').collect(joining(", "))));
    }

    /// For a value that a flag cannot have.
    /// @param flag as the user knows it, as in `--tags`
    public static Failure invalid(String command, String flag, String value, String reason) {
        return wrong(command, "invalid argument \"%s\" for \"%s\" flag: %s".formatted(value, flag, reason));
    }

    /// For anything else.
    public static Failure wrong(String command, String message) {
        return new Failure(message, hint(command));
    }

    /// Where the command is explained.
    public static String hint(String command) {
        return "Run 'pks %s --help' for usage.".formatted(command);
    }
}
