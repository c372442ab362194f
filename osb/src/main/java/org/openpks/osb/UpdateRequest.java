package org.openpks.osb;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// Changes an instance. What is absent stays as it is. A request that carries only another `maintenanceInfo` is an
/// upgrade.
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UpdateRequest(
        String serviceId,
        @Nullable String planId,
        @Nullable Map<String, Object> context,
        @Nullable Map<String, Object> parameters,
        @Nullable MaintenanceInfo maintenanceInfo,
        @Nullable PreviousValues previousValues) {

    /// What the platform believes to be there now.
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PreviousValues(
            @Nullable String planId,
            @Nullable MaintenanceInfo maintenanceInfo,
            @Nullable String serviceId,
            @Nullable String organizationId,
            @Nullable String spaceId) {}
}
