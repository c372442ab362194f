package org.openpks.osb;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// An instance as a broker knows it.
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceInstance(
        String serviceId,
        String planId,
        @Nullable String dashboardUrl,
        @Nullable Map<String, Object> parameters,
        @Nullable MaintenanceInfo maintenanceInfo,
        @Nullable Map<String, Object> metadata) {}
