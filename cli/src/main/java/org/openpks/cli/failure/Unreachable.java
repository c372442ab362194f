package org.openpks.cli.failure;

/// The server could not be reached or broke off. Whoever waits for a long operation may try again for a while.
public final class Unreachable extends Failure {
    private static final long serialVersionUID = 1L;

    public Unreachable(String message) {
        super(message);
    }

    public Unreachable(String message, Throwable cause) {
        super(message, cause);
    }
}
