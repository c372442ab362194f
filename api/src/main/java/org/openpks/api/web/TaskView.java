package org.openpks.api.web;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.api.cluster.Action;
import org.openpks.api.task.Task;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// A task on the wire: the API's TaskInfo. Times are milliseconds since 1970; null is not yet.
@JsonNaming(SnakeCaseStrategy.class)
record TaskView(
        String uuid,
        String type,
        String status,
        long startTime,
        @Nullable Long endTime,
        List<ClusterUpgrade> clusters) {

    /// @param lastActionState `queued` for ever, without times, when the cluster's turn never came: the task
    ///     was canceled, a canary failed, or the cluster was deleted
    @JsonNaming(SnakeCaseStrategy.class)
    record ClusterUpgrade(
            String clusterName,
            String lastAction,
            String lastActionState,
            @Nullable Long startTime,
            @Nullable Long endTime,
            boolean isCanary) {

        static ClusterUpgrade of(Task.Item item) {
            return new ClusterUpgrade(
                    item.name(),
                    Action.UPGRADE.name(),
                    switch (item.state()) {
                        case QUEUED, WITHDRAWN -> "queued";
                        case IN_PROGRESS -> "in progress";
                        case SUCCEEDED -> "succeeded";
                        case FAILED -> "failed";
                    },
                    millis(item.startedAt()),
                    millis(item.endedAt()),
                    item.canary());
        }
    }

    static TaskView of(Task task) {
        return new TaskView(
                task.id().toString(),
                Action.UPGRADE.name(),
                task.status().word(),
                task.createdAt().toEpochMilli(),
                millis(task.endedAt()),
                task.items().stream().map(ClusterUpgrade::of).toList());
    }

    private static @Nullable Long millis(Optional<Instant> time) {
        return time.map(Instant::toEpochMilli).orElse(null);
    }
}
