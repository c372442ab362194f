package org.openpks.director.task;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Where a task stands, by BOSH's words.
public enum TaskState {
    QUEUED,
    PROCESSING,
    CANCELLING,
    DONE,
    ERROR,
    CANCELLED,
    TIMEOUT;

    /// States that a task does not leave any more.
    public static final Set<TaskState> FINAL = Set.of(DONE, ERROR, CANCELLED, TIMEOUT);

    /// The word on the wire and in the database.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<TaskState> of(String word) {
        for (var state : values()) {
            if (state.word().equals(word)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }
}
