package org.openpks.osb;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// How far an operation is.
/// @param description a sentence for the person who waits
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LastOperation(
        State state,
        @Nullable String description,
        @Nullable Boolean instanceUsable,
        @Nullable Boolean updateRepeatable) {

    public LastOperation(State state, String description) {
        this(state, description, null, null);
    }

    /// The three states of an operation or of a step.
    public enum State {
        IN_PROGRESS("in progress"),
        SUCCEEDED("succeeded"),
        FAILED("failed");

        private final String text;

        State(String text) {
            this.text = text;
        }

        @JsonValue
        public String text() {
            return text;
        }

        @JsonCreator
        public static State of(String text) {
            for (var state : values()) {
                if (state.text.equals(text)) {
                    return state;
                }
            }
            throw new IllegalArgumentException("an operation's state is not " + text);
        }
    }
}
