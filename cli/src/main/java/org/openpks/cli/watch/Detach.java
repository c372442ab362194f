package org.openpks.cli.watch;

import org.openpks.cli.terminal.Terminal;

/// While it is open, Ctrl-C ends the command with a last line that says how to go on: waiting ends, what is waited
/// for does not.
public final class Detach implements AutoCloseable {
    private final Thread hook;

    private Detach(Thread hook) {
        this.hook = hook;
    }

    public static Detach onInterrupt(Terminal terminal, String line) {
        var hook = new Thread(() -> terminal.printLast("\n" + line));
        Runtime.getRuntime().addShutdownHook(hook);
        return new Detach(hook);
    }

    /// In the midst of a shutdown hooks can no longer be taken back; the interrupt has won then.
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            Thread.yield();
        }
    }
}
