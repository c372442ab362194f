package org.openpks.api.task;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.openpks.api.access.Principal;
import org.openpks.api.cluster.Phase;

/// A job that upgrades clusters.
///
/// @param requester whose it is
/// @param maxInFlight how many clusters are upgraded at once after the canaries
/// @param canceled whether somebody took back what had not begun
/// @param endedAt when the last of its upgrades ended and no other will begin
/// @param items canaries first
public record Task(
        UUID id,
        Principal requester,
        int maxInFlight,
        boolean canceled,
        Instant createdAt,
        Optional<Instant> endedAt,
        List<Item> items) {

    public Task {
        items = List.copyOf(items);
    }

    /// A cluster of the job.
    ///
    /// @param before where the cluster stood before it was queued, and goes back to when its turn never comes
    public record Item(
            UUID cluster,
            String name,
            boolean canary,
            State state,
            Phase before,
            String beforeDescription,
            Optional<Instant> startedAt,
            Optional<Instant> endedAt) {

        private boolean is(State wanted) {
            return state == wanted;
        }
    }

    /// How far a cluster of the job is. `WITHDRAWN`: its turn never comes, because the job was canceled or
    /// stopped, or because the cluster was deleted.
    public enum State {
        QUEUED,
        IN_PROGRESS,
        SUCCEEDED,
        FAILED,
        WITHDRAWN;

        String column() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State ofColumn(String value) {
            return valueOf(value.toUpperCase(Locale.ROOT));
        }
    }

    /// How far a job is, in the API's words.
    public enum Status {
        NOT_STARTED("not started"),
        IN_PROGRESS("in progress"),
        CANCELED("canceled"),
        DONE("done");

        private final String word;

        Status(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public Status status() {
        if (canceled) {
            return Status.CANCELED;
        }
        if (endedAt.isPresent()) {
            return Status.DONE;
        }
        return items.stream().allMatch(item -> item.is(State.QUEUED)) ? Status.NOT_STARTED : Status.IN_PROGRESS;
    }

    /// Those that wait for their turn.
    List<Item> queued() {
        return items.stream().filter(item -> item.is(State.QUEUED)).toList();
    }

    /// Whether the turn of a cluster never comes.
    boolean withdrew(UUID cluster) {
        return items.stream()
                .anyMatch(item -> item.is(State.WITHDRAWN) && item.cluster().equals(cluster));
    }

    /// Whether a canary failed, so that nothing else may begin.
    boolean stopped() {
        return items.stream().anyMatch(item -> item.canary() && item.is(State.FAILED));
    }

    /// Whether nothing is left to do or to wait for.
    boolean over() {
        return items.stream().noneMatch(item -> item.is(State.QUEUED) || item.is(State.IN_PROGRESS));
    }

    /// Those whose turn it is now: the next canary alone, and after the last one as many others as may run
    /// beside those that run.
    List<Item> due() {
        if (stopped()) {
            return List.of();
        }
        long running = items.stream().filter(item -> item.is(State.IN_PROGRESS)).count();
        boolean canariesLeft = queued().stream().anyMatch(Item::canary);
        boolean canaryRuns = items.stream().anyMatch(item -> item.canary() && item.is(State.IN_PROGRESS));
        long free = canariesLeft || canaryRuns ? 1 - running : maxInFlight - running;
        return queued().stream().limit(Math.max(0, free)).toList();
    }
}
