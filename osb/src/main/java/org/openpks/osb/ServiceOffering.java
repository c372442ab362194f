package org.openpks.osb;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// One service of a catalog.
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceOffering(
        String name,
        String id,
        String description,
        List<String> tags,
        List<String> requires,
        boolean bindable,
        boolean instancesRetrievable,
        boolean bindingsRetrievable,
        boolean allowContextUpdates,
        boolean planUpdateable,
        Map<String, Object> metadata,
        @Nullable Map<String, Object> dashboardClient,
        List<ServicePlan> plans) {

    @SuppressWarnings("NullAway")
    public ServiceOffering {
        tags = Wire.list(tags);
        requires = Wire.list(requires);
        metadata = Wire.map(metadata);
        plans = Wire.list(plans);
    }
}
