package org.openpks.osb;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// Asks for a new instance. Two requests with equal content ask for the same instance.
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProvisionRequest(
        String serviceId,
        String planId,
        String organizationGuid,
        String spaceGuid,
        @Nullable Map<String, Object> context,
        @Nullable Map<String, Object> parameters,
        @Nullable MaintenanceInfo maintenanceInfo) {}
