package org.openpks.cli.command;

import picocli.CommandLine.Option;

/// One command: its fields are the flags and arguments, filled before it runs.
abstract class PksCommand {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true)
    boolean help;

    /// Does the work; a [org.openpks.cli.failure.Failure] ends it with exit code 1.
    abstract void run(Context context);
}
