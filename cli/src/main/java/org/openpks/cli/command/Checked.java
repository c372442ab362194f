package org.openpks.cli.command;

/// A group of flags that can contradict each other.
public interface Checked {
    /// Fails when they do. Called before the command runs.
    void check();
}
