package org.openpks.osb;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// One plan of a service.
/// @param free true when the broker does not say
/// @param maximumPollingDuration seconds after which a platform gives an operation up
/// @param metadata free-form. Our broker puts these keys there for the API's list of plans: `worker_instances`,
///     `max_worker_instances`, `master_instances` (integers), `allow-privileged-containers` (boolean), and `openpks`:
///     `master` {`instances`, `cpu`, `memory_mb`}, `worker` {`cpu`, `memory_mb`, `max_instances`} (integers; `cpu` and
///     `memory_mb` are absent where the cloud config does not tell them) and `drain` {six `kubelet_drain_*` texts}
/// @param schemas `service_instance.create.parameters` and so on, each a JSON schema
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServicePlan(
        String id,
        String name,
        String description,
        @Nullable Boolean free,
        @Nullable Boolean bindable,
        @Nullable Boolean planUpdateable,
        @Nullable Integer maximumPollingDuration,
        @Nullable MaintenanceInfo maintenanceInfo,
        Map<String, Object> metadata,
        @Nullable Map<String, Object> schemas) {

    public ServicePlan {
        free = free == null || free;
        metadata = Wire.map(metadata);
    }
}
