package org.openpks.cli.api;

import java.time.Instant;
import java.util.Optional;
import org.openpks.cli.json.Json;

/// Points in time as the API writes them: milliseconds since 1970.
public final class Timestamp {
    /// No answer is older than 1973; smaller numbers are seconds, as some versions of the API write them.
    private static final long FIRST_MILLIS = 100_000_000_000L;

    private Timestamp() {}

    /// The instant in the field; nothing when it is missing, null or zero.
    public static Optional<Instant> of(Json json, String field) {
        long number = json.number(field, 0);
        if (number <= 0) {
            return Optional.empty();
        }
        return Optional.of(number < FIRST_MILLIS ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number));
    }
}
