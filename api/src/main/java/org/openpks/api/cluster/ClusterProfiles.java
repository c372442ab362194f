package org.openpks.api.cluster;

import java.util.Optional;
import java.util.UUID;
import org.openpks.api.profile.ComputeProfile;
import org.openpks.api.profile.ProfileReference;

/// The profiles of a cluster.
///
/// @param encryption the kubernetes profile whose keys the cluster's data may be encrypted with; it stays when the
///     cluster gets another one that reads the same keys, or when the update to it fails
public record ClusterProfiles(
        Optional<ProfileReference> kubernetes, Optional<ComputeProfile> compute, Optional<UUID> encryption) {

    /// Those of a cluster that has none.
    public static final ClusterProfiles NONE =
            new ClusterProfiles(Optional.empty(), Optional.empty(), Optional.empty());

    Ids ids() {
        return new Ids(kubernetes.map(ProfileReference::id), compute.map(ComputeProfile::id), encryption);
    }

    /// The same by their ids.
    public record Ids(Optional<UUID> kubernetes, Optional<UUID> compute, Optional<UUID> encryption) {
        static final Ids NONE = ClusterProfiles.NONE.ids();

        Ids withEncryption(Optional<UUID> other) {
            return new Ids(kubernetes, compute, other);
        }
    }
}
