package org.openpks.api.task;

import java.util.List;

/// Which clusters to upgrade, by name, each once.
///
/// @param canaries those that go first, one at a time; the first that fails ends the job
/// @param clusters the others
/// @param maxInFlight how many of the others are upgraded at once, at least 1
public record UpgradeOrder(List<String> canaries, List<String> clusters, int maxInFlight) {

    public UpgradeOrder {
        canaries = List.copyOf(canaries);
        clusters = List.copyOf(clusters);
    }
}
