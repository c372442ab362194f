package org.openpks.api.cluster;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.openpks.api.access.Principal;

/// One change of one cluster, durable from the moment it was accepted.
///
/// @param requester who asked for it, which is not always the cluster's owner
/// @param workers the number of workers that the request carries
/// @param previousWorkers what an update that the broker refuses returns to
/// @param brokerOperation the broker's word for it, once it was sent
/// @param troubleSince since when the broker has not answered for it; empty while it answers
public record Operation(
        UUID id,
        UUID clusterId,
        Action action,
        State state,
        Principal requester,
        int workers,
        int previousWorkers,
        Optional<String> brokerOperation,
        String description,
        Optional<Instant> troubleSince) {

    /// How far it is. `SUPERSEDED` is the end of an operation whose place a delete took.
    public enum State {
        ACCEPTED,
        SENT,
        SUCCEEDED,
        FAILED,
        SUPERSEDED;

        public boolean finished() {
            return this != ACCEPTED && this != SENT;
        }

        String column() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State ofColumn(String value) {
            return valueOf(value.toUpperCase(Locale.ROOT));
        }
    }
}
