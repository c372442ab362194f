package org.openpks.cli.terminal;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/// The terminal without echo, until closed. `stty` is used instead of `java.io.Console` because the console insists
/// on a terminal at both ends, and a password must not show only because the output goes to a file. An interrupt
/// restores the echo.
final class Silence implements AutoCloseable {
    private final Thread onInterrupt = new Thread(() -> stty("echo"));

    private Silence() {}

    static Silence begin() {
        var silence = new Silence();
        Runtime.getRuntime().addShutdownHook(silence.onInterrupt);
        stty("-echo");
        return silence;
    }

    @Override
    public void close() {
        stty("echo");
        Runtime.getRuntime().removeShutdownHook(onInterrupt);
    }

    private static void stty(String mode) {
        try {
            new ProcessBuilder("stty", mode)
                    .redirectInput(Redirect.INHERIT)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            // A system without stty shows the password while it is typed; logging in still works.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
