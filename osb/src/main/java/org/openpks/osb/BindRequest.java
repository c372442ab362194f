package org.openpks.osb;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// Asks for credentials of an instance.
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BindRequest(
        String serviceId,
        String planId,
        @Nullable Map<String, Object> context,
        @Nullable String appGuid,
        @Nullable Map<String, Object> bindResource,
        @Nullable Map<String, Object> parameters,
        @Nullable String predecessorBindingId) {

    public static BindRequest of(String serviceId, String planId, Map<String, Object> parameters) {
        return new BindRequest(serviceId, planId, null, null, null, parameters, null);
    }
}
