package org.openpks.cli.line;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.command.Context;
import org.openpks.cli.terminal.Text;

/// `__complete`, asked by the completion scripts whenever somebody presses the tabulator. Whatever is wrong, it
/// proposes less and says nothing. It is no [org.openpks.cli.command.PksCommand], because its words are not its own.
final class Complete {
    static final String NAME = "__complete";

    /// Nobody waits longer for a proposal.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private Complete() {}

    /// @param words those after `pks`; the last one is being typed
    static void run(List<String> words, Context context) {
        if (!words.isEmpty()) {
            new Completion(question -> ask(question, context)).of(words).forEach(proposal -> context.terminal()
                    .print(printable(proposal)));
        }
    }

    private static List<String> ask(Function<PksApi, List<String>> question, Context context) {
        var answer = new CompletableFuture<List<String>>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                answer.complete(question.apply(context.api()));
            } catch (RuntimeException e) {
                answer.complete(List.of());
            }
        });
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /// The tab before an explanation stays.
    private static String printable(String proposal) {
        var parts = proposal.split("\t", 2);
        return parts.length == 1 ? Text.line(parts[0]) : Text.line(parts[0]) + "\t" + Text.line(parts[1]);
    }
}
