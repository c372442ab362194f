package org.openpks.api.web;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openpks.api.cluster.Cluster;
import org.openpks.osb.LastOperation;
import org.openpks.osb.OperationSteps;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// The steps of an operation on the wire. Ask again with `next` as `since` to get what is new or changed.
record StepsView(String operation, String state, String description, List<Step> steps, int next) {

    /// A step that changes comes again with the same index. Unset fields are null.
    /// @param state `started`, `finished` or `failed`
    /// @param startedAt milliseconds since 1970
    /// @param finishedAt milliseconds since 1970
    @JsonNaming(SnakeCaseStrategy.class)
    record Step(
            int index,
            String stage,
            String task,
            String state,
            @Nullable Long startedAt,
            @Nullable Long finishedAt,
            @Nullable String detail) {}

    static StepsView of(Cluster cluster, OperationSteps steps) {
        return new StepsView(
                cluster.phase().action().name(),
                cluster.phase().state(),
                cluster.description(),
                steps.steps().stream().map(StepsView::step).toList(),
                steps.next());
    }

    private static Step step(OperationSteps.Step step) {
        return new Step(
                step.index(),
                step.stage(),
                step.task(),
                word(step.state()),
                millis(step.startedAt()),
                millis(step.finishedAt()),
                step.detail());
    }

    private static String word(LastOperation.State state) {
        return switch (state) {
            case IN_PROGRESS -> "started";
            case SUCCEEDED -> "finished";
            case FAILED -> "failed";
        };
    }

    private static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }
}
