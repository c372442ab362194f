package org.openpks.cli;

import java.util.ArrayList;
import java.util.List;

/// Runs several command lines in one process, separated by `,`. The JVM's start-up cache is recorded from one
/// process, and it shall know the classes of every command.
final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] words) {
        var context = Pks.context();
        var line = new ArrayList<String>();
        int failures = 0;
        for (var word : words) {
            if (word.equals(",")) {
                failures += Pks.run(List.copyOf(line), context);
                line.clear();
            } else {
                line.add(word);
            }
        }
        System.exit(failures);
    }
}
