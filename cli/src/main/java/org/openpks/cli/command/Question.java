package org.openpks.cli.command;

import java.util.Locale;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.terminal.Terminal;

/// Asks before something that cannot be taken back.
public final class Question {
    private Question() {}

    /// True for yes. Asks again after anything but y or n; fails when the input ends.
    public static boolean confirm(Terminal terminal, String question) {
        while (true) {
            var answer = terminal.ask(question)
                    .orElseThrow(() -> new Failure(
                            "the question was not answered; use --non-interactive where nobody can answer"));
            switch (answer.strip().toLowerCase(Locale.ROOT)) {
                case "y", "yes" -> {
                    return true;
                }
                case "n", "no" -> {
                    return false;
                }
                default -> terminal.print("Please answer y or n.");
            }
        }
    }
}
