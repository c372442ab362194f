package org.openpks.cli.failure;

import org.jspecify.annotations.Nullable;

/// The server could not be reached or broke off. Whoever waits for a long operation may try again for a while.
public final class Unreachable extends Failure {
    private static final long serialVersionUID = 1L;
    private static final String LOOK_FIRST =
            "The change may have been made all the same: look at it before you ask for it again.";

    private final boolean requestMayHaveArrived;

    public Unreachable(String message) {
        super(message);
        requestMayHaveArrived = false;
    }

    /// Nothing was asked of the server yet.
    public Unreachable(String message, Throwable cause) {
        super(message, cause);
        requestMayHaveArrived = false;
    }

    private Unreachable(String message, @Nullable String hint, @Nullable Throwable cause) {
        super(message, hint, cause);
        requestMayHaveArrived = true;
    }

    /// The request went out, and no answer came.
    public static Unreachable withoutAnswer(String message, Throwable cause) {
        return new Unreachable(message, null, cause);
    }

    /// The same failure of a request to change something: it says what to do when that may have happened.
    public Unreachable ofAChange() {
        return requestMayHaveArrived ? new Unreachable(String.valueOf(getMessage()), LOOK_FIRST, getCause()) : this;
    }
}
