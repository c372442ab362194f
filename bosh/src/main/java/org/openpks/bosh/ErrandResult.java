package org.openpks.bosh;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// What an errand printed on one instance, and its exit code.
public record ErrandResult(
        @Nullable Instance instance,
        @JsonProperty("errand_name") @Nullable String errandName,
        @JsonProperty("exit_code") int exitCode,
        @Nullable String stdout,
        @Nullable String stderr) {

    public record Instance(String group, String id) {}
}
