package org.openpks.bosh;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One line of a task's event log: a step's change, a warning, or the error that ended the task.
/// @param time unix seconds
/// @param timeMillis the same in milliseconds, from directors that tell it
/// @param index counts from 1 within a stage
/// @param state `started`, `in_progress`, `finished`, `failed`
/// @param data `status` while it runs, `error` when it failed
/// @param type `warning` or `deprecation`; then only `message` is set
public record TaskEvent(
        double time,
        @JsonProperty("time_ms") @Nullable Long timeMillis,
        @Nullable String stage,
        @Nullable List<String> tags,
        @Nullable Integer total,
        @Nullable String task,
        @Nullable Integer index,
        @Nullable String state,
        @Nullable Integer progress,
        @Nullable Map<String, Object> data,
        @Nullable Error error,
        @Nullable String type,
        @Nullable String message) {

    /// When it happened, as exactly as the director told.
    public Instant instant() {
        return Instant.ofEpochMilli(timeMillis == null ? Math.round(time * 1000) : timeMillis);
    }

    public record Error(int code, @Nullable String message) {}
}
