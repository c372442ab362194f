package org.openpks.bosh;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// One version of a config of the Director. Configs of any type are kept; a deleted one is no longer listed.
/// @param id grows with every version; a string
/// @param content YAML text
public record Config(
        String id,
        String type,
        String name,
        String content,
        @JsonProperty("created_at") @Nullable String createdAt) {}
