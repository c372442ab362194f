package org.openpks.bosh;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A task of the Director.
/// @param timestamp unix seconds of the last change of state once it ended
/// @param result a short text; the error's when it failed
/// @param contextId what the one who started it gave to find it again
public record Task(
        long id,
        State state,
        String description,
        @Nullable Long timestamp,
        @JsonProperty("started_at") @Nullable Long startedAt,
        @Nullable String result,
        @Nullable String user,
        @Nullable String deployment,
        @JsonProperty("context_id") @Nullable String contextId) {

    public Task {
        description = description == null ? "" : description;
    }

    /// Where a task stands. What we do not know counts as failed.
    public enum State {
        QUEUED,
        PROCESSING,
        CANCELLING,
        DONE,
        ERROR,
        CANCELLED,
        TIMEOUT,
        UNKNOWN;

        @com.fasterxml.jackson.annotation.JsonCreator
        static State of(@Nullable String text) {
            for (var state : values()) {
                if (state.name().equalsIgnoreCase(text)) {
                    return state;
                }
            }
            return UNKNOWN;
        }

        @com.fasterxml.jackson.annotation.JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public boolean running() {
            return this == QUEUED || this == PROCESSING || this == CANCELLING;
        }

        public boolean failed() {
            return !running() && this != DONE;
        }
    }
}
