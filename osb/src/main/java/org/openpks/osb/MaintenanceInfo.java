package org.openpks.osb;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// The version of what stands behind a plan; a platform upgrades an instance by asking for the catalog's one.
/// @param version a semantic version
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MaintenanceInfo(String version, @Nullable String description) {}
