package org.openpks.bosh;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// An uploaded stemcell.
public record Stemcell(
        String name,
        @JsonProperty("operating_system") @Nullable String operatingSystem,
        String version,
        @Nullable String cid) {}
