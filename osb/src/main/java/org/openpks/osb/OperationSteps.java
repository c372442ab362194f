package org.openpks.osb;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// The steps of an instance's current or last operation: `GET
/// /v2/service_instances/ID/operation_steps?since=N&operation=O`. An extension of ours; a broker without it answers
/// 404.
/// @param steps those that appeared or changed since the given position, in the order of their index
/// @param next the position to ask from next time
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OperationSteps(List<Step> steps, int next) {

    public OperationSteps {
        steps = Wire.list(steps);
    }

    /// One step. A step that changes is listed again with the same index.
    /// @param index from 0, fixed for the whole operation
    /// @param stage what is being done, for example `Creating missing vms`
    /// @param task to what, for example `worker/4a1c… (0)`
    /// @param finishedAt absent while it runs
    /// @param detail what it does right now, or why it failed
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Step(
            int index,
            String stage,
            String task,
            LastOperation.State state,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable String detail) {}
}
