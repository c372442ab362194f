package org.openpks.cli.command;

import java.util.List;
import java.util.function.Supplier;

/// A command in the list of commands. The class behind it is made only when it is called for, which keeps the
/// others out of the start-up.
/// @param usage what follows `pks NAME` in its usage line
/// @param examples command lines that work, each with a word on what it is for
record Entry(
        String name,
        List<String> aliases,
        String summary,
        String usage,
        List<String> examples,
        Supplier<PksCommand> factory) {
    boolean answersTo(String word) {
        return name.equals(word) || aliases.contains(word);
    }
}
