package org.openpks.api.cluster;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.openpks.api.access.Principal;
import org.openpks.api.settings.ClusterSettings;
import org.openpks.osb.OsbJson;

/// One change of one cluster, durable from the moment it was accepted.
///
/// @param requester who asked for it, which is not always the cluster's owner
/// @param workers how many the cluster shall have when it is done
/// @param parameters what the broker is told, JSON, without a kubernetes profile
/// @param kubernetesProfile the profile that the broker is told
/// @param previousWorkers what a failed update returns to
/// @param previousSettings the same for the cluster's settings
/// @param previousProfiles the same for its profiles
/// @param brokerOperation the broker's word for it, once it was sent
/// @param troubleSince since when the broker has not answered for it; empty while it answers
public record Operation(
        UUID id,
        UUID clusterId,
        Action action,
        State state,
        Principal requester,
        int workers,
        String parameters,
        Optional<UUID> kubernetesProfile,
        int previousWorkers,
        ClusterSettings previousSettings,
        ClusterProfiles.Ids previousProfiles,
        Optional<String> brokerOperation,
        String description,
        Optional<Instant> troubleSince) {

    /// What the audit log calls it: the name of the command that asks for it.
    public String command() {
        boolean rotates = OsbJson.MAPPER.readTree(parameters).has(Wish.ROTATION);
        return rotates ? "rotate-certificates" : action.name().toLowerCase(Locale.ROOT) + "-cluster";
    }

    /// This one, begun while another runs. Machines that the other one was about to end count until this one is done.
    Operation inPlaceOf(Operation other) {
        return new Operation(
                id,
                clusterId,
                action,
                state,
                requester,
                workers,
                parameters,
                kubernetesProfile,
                other.previousWorkers,
                other.previousSettings,
                other.previousProfiles,
                brokerOperation,
                description,
                troubleSince);
    }

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
