package org.openpks.cli.command;

import picocli.CommandLine.Option;

/// The flags of every command that begins an operation on clusters.
public final class ChangeFlags {
    @Option(names = "--non-interactive", description = "Don't ask for user input")
    boolean nonInteractive;

    @Option(names = "--wait", description = "Wait for the operation to finish")
    boolean wait;

    /// Whether to ask before the operation begins.
    public boolean asks() {
        return !nonInteractive;
    }

    /// Whether to wait for the operation's end.
    public boolean waits() {
        return wait;
    }
}
