package org.openpks.osb;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// The body of every refusal.
/// @param error one word, for example `ConcurrencyError`
/// @param description a sentence for the person who asked
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OsbError(
        @Nullable String error,
        @Nullable String description,
        @Nullable Boolean instanceUsable,
        @Nullable Boolean updateRepeatable) {

    public OsbError(@Nullable String error, @Nullable String description) {
        this(error, description, null, null);
    }
}
