package org.openpks.cli.command;

import java.util.List;
import picocli.CommandLine.Option;

/// One command: its fields are the flags and arguments, filled before it runs.
public abstract class PksCommand {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true)
    private boolean help;

    /// True when the user asked for help instead.
    public boolean wantsHelp() {
        return help;
    }

    /// What help tells beyond the description, for commands that share theirs with others; one string per line.
    public List<String> about() {
        return List.of();
    }

    /// Whether it asks a server whenever it runs, so that it pays to get TLS ready early.
    public boolean alwaysAsks() {
        return true;
    }

    /// Does the work; a [org.openpks.cli.failure.Failure] ends it with exit code 1.
    public abstract void run(Context context);
}
