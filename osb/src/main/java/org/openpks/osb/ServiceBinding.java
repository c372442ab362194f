package org.openpks.osb;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// A binding with its credentials. Its text form shows none of them.
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceBinding(
        Map<String, Object> credentials,
        @Nullable String syslogDrainUrl,
        @Nullable String routeServiceUrl,
        @Nullable Map<String, Object> metadata,
        @Nullable Map<String, Object> parameters) {

    public ServiceBinding {
        credentials = Wire.map(credentials);
    }

    @Override
    public String toString() {
        return "ServiceBinding[credentials=%d hidden]".formatted(credentials.size());
    }
}
