package org.openpks.cli.command;

import java.util.List;
import java.util.function.Supplier;

/// A command in the list of commands. The class behind it is made only when it is called for, which keeps the
/// others out of the start-up.
/// @param usage what follows `pks NAME` in its usage line
/// @param examples command lines that work
public record Entry(
        String name,
        List<String> aliases,
        String summary,
        String usage,
        List<String> examples,
        Supplier<PksCommand> factory) {

    /// A command for people, without aliases.
    public static Entry of(
            String name, String summary, String usage, Supplier<PksCommand> factory, String... examples) {
        return new Entry(name, List.of(), summary, usage, List.of(examples), factory);
    }

    /// The same command under more names.
    public Entry alias(String... names) {
        return new Entry(name, List.of(names), summary, usage, examples, factory);
    }

    public boolean answersTo(String word) {
        return name.equals(word) || aliases.contains(word);
    }
}
