package org.openpks.osb;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// The body of a provision, update, deprovision or asynchronous bind answer.
/// @param operation to be passed on, unread, with every poll; at most 10,000 characters
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OperationResponse(
        @Nullable String dashboardUrl,
        @Nullable String operation,
        @Nullable Map<String, Object> metadata) {}
