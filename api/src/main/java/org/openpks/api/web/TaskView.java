package org.openpks.api.web;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openpks.api.cluster.Action;
import org.openpks.api.cluster.ClusterService.Upgrade;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// What became of a request to upgrade: the API's TaskInfo. Times are milliseconds since 1970; null is not yet.
@JsonNaming(SnakeCaseStrategy.class)
record TaskView(
        String uuid,
        String type,
        String status,
        long startTime,
        @Nullable Long endTime,
        List<ClusterUpgrade> clusters) {

    @JsonNaming(SnakeCaseStrategy.class)
    record ClusterUpgrade(
            String clusterName,
            String lastAction,
            String lastActionState,
            long startTime,
            @Nullable Long endTime,
            boolean isCanary) {}

    static TaskView started(Upgrade upgrade, Instant at) {
        var action = Action.UPGRADE.name();
        var one = new ClusterUpgrade(upgrade.cluster().value(), action, "in progress", at.toEpochMilli(), null, false);
        return new TaskView(upgrade.id().toString(), action, "in progress", at.toEpochMilli(), null, List.of(one));
    }
}
