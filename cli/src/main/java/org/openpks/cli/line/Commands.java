package org.openpks.cli.line;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.openpks.cli.cluster.ClusterCommands;
import org.openpks.cli.command.Checked;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.Entry;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.credentials.CredentialsCommands;
import org.openpks.cli.doctor.DoctorCommands;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.login.LoginCommands;
import org.openpks.cli.profile.ProfileCommands;
import org.openpks.cli.quota.QuotaCommands;
import org.openpks.cli.task.TaskCommands;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// All commands, and the way from the words on the command line to one of them.
public final class Commands {
    static final List<Entry> ALL = Stream.of(
                    LoginCommands.ALL,
                    ClusterCommands.ALL,
                    CredentialsCommands.ALL,
                    TaskCommands.ALL,
                    ProfileCommands.ALL,
                    QuotaCommands.ALL,
                    DoctorCommands.ALL,
                    List.of(Entry.of(
                            "completion",
                            "Print a script that completes command lines in a shell",
                            "<shell> [flags]",
                            CompletionCommand::new,
                            "source <(pks completion bash)")))
            .flatMap(List::stream)
            .toList();

    private Commands() {}

    /// Runs a command line and returns its exit code: 0, or 1 after any failure.
    public static int run(List<String> words, Context context) {
        try {
            dispatch(words, context);
            return 0;
        } catch (Failure e) {
            context.terminal().printError("Error: " + Text.brief(String.valueOf(e.getMessage())));
            e.hint().ifPresent(context.terminal()::printError);
            return 1;
        }
    }

    static Optional<Entry> find(String word) {
        return ALL.stream().filter(entry -> entry.answersTo(word)).findFirst();
    }

    private static void dispatch(List<String> words, Context context) {
        var first = words.isEmpty() ? "--help" : words.getFirst();
        switch (first) {
            case "-h", "--help" -> context.terminal().print(Help.root());
            case "--version" -> context.terminal().print("PKS CLI version: " + Version.text());
            case Complete.NAME -> Complete.run(words.subList(1, words.size()), context);
            case "help" -> help(words.subList(1, words.size()), context);
            default -> {
                if (first.startsWith("-")) {
                    throw new Failure(
                            first.startsWith("--")
                                    ? "unknown flag: " + first
                                    : "unknown shorthand flag: '%s' in %s"
                                            .formatted(first.substring(1, Math.min(2, first.length())), first),
                            "Run 'pks --help' for usage.");
                }
                call(find(first).orElseThrow(() -> unknown(first)), words.subList(1, words.size()), context);
            }
        }
    }

    private static void help(List<String> words, Context context) {
        if (words.isEmpty() || words.getFirst().startsWith("-")) {
            context.terminal().print(Help.root());
        } else {
            var entry = find(words.getFirst()).orElseThrow(() -> unknown(words.getFirst()));
            context.terminal().print(Help.of(entry, entry.factory().get()));
        }
    }

    private static void call(Entry entry, List<String> words, Context context) {
        var command = entry.factory().get();
        if (command.alwaysAsks()) {
            // It takes as long as what follows, on another processor.
            context.connections().warmUp();
        }
        var parser = parser(command);
        try {
            parser.parseArgs(words.toArray(String[]::new));
        } catch (ParameterException e) {
            throw UsageFailure.of(entry, parser, e);
        }
        if (command.wantsHelp()) {
            context.terminal().print(Help.of(entry, command));
            return;
        }
        for (var group : parser.getMixins().values()) {
            if (group instanceof Checked flags) {
                flags.check();
            }
        }
        command.run(context);
    }

    /// Flags as Go's pflag takes them: the last of several wins, a value may look like a flag, and empty is a value.
    static CommandLine parser(PksCommand command) {
        return new CommandLine(command)
                .setOverwrittenOptionsAllowed(true)
                .setAllowOptionsAsOptionParameters(true)
                .setExpandAtFiles(false)
                .setInterpolateVariables(false)
                .setTrimQuotes(false)
                .registerConverter(Integer.class, Numbers::whole)
                .registerConverter(int.class, Numbers::whole)
                .registerConverter(BigDecimal.class, Numbers::decimal);
    }

    private static Failure unknown(String word) {
        var hint = new StringBuilder();
        var near = Similar.to(
                word,
                ALL.stream()
                        .flatMap(entry -> Stream.concat(Stream.of(entry.name()), entry.aliases().stream()))
                        .toList());
        if (!near.isEmpty()) {
            hint.append("\nDid you mean this?\n");
            near.forEach(name -> hint.append('\t').append(name).append('\n'));
            hint.append('\n');
        }
        hint.append("Run 'pks --help' for usage.");
        return new Failure("unknown command \"%s\" for \"pks\"".formatted(word), hint.toString());
    }
}
