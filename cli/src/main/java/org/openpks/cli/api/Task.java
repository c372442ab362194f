package org.openpks.cli.api;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.openpks.cli.json.Json;

/// An upgrade of one or several clusters.
/// @param status `not started`, `in progress`, `canceled` or `done`
public record Task(
        String id,
        String type,
        String status,
        Optional<Instant> start,
        Optional<Instant> end,
        List<ClusterUpgrade> clusters) {

    /// What becomes of one cluster.
    /// @param state `queued`, `in progress`, `succeeded` or `failed`
    public record ClusterUpgrade(
            String name, String state, Optional<Instant> start, Optional<Instant> end, boolean canary) {
        static ClusterUpgrade of(Json json) {
            return new ClusterUpgrade(
                    json.text("cluster_name"),
                    json.text("last_action_state"),
                    Timestamp.of(json, "start_time"),
                    Timestamp.of(json, "end_time"),
                    json.text("is_canary").equals("true"));
        }

        public boolean began() {
            return start.isPresent() || state.equalsIgnoreCase("in progress") || ended();
        }

        public boolean ended() {
            return succeeded() || failed();
        }

        public boolean succeeded() {
            return state.equalsIgnoreCase("succeeded");
        }

        public boolean failed() {
            return state.equalsIgnoreCase("failed") || state.equalsIgnoreCase("error");
        }
    }

    public static Task of(Json json) {
        return new Task(
                json.text("uuid"),
                json.text("type"),
                json.text("status"),
                Timestamp.of(json, "start_time"),
                Timestamp.of(json, "end_time"),
                json.at("clusters").items().stream().map(ClusterUpgrade::of).toList());
    }

    /// True when nothing of it will change any more: a canceled task still finishes what has begun.
    public boolean over() {
        return switch (status.toLowerCase(Locale.ROOT)) {
            case "done" -> true;
            case "canceled", "cancelled" -> clusters.stream().noneMatch(cluster -> cluster.began() && !cluster.ended());
            default -> false;
        };
    }
}
