package org.openpks.cli.failure;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What stops a command. The message is the whole text after `Error: `; the hint, when there is one, follows it on
/// lines of its own and says how to go on.
public class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;

    public Failure(String message) {
        this(message, null, null);
    }

    /// @param hint lines that help the user to correct the command
    public Failure(String message, String hint) {
        this(message, hint, null);
    }

    /// @param cause kept for debuggers; never printed
    public Failure(String message, Throwable cause) {
        this(message, null, cause);
    }

    Failure(String message, @Nullable String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    /// Lines that help the user to correct the command.
    public Optional<String> hint() {
        return Optional.ofNullable(hint);
    }
}
