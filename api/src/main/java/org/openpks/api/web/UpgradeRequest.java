package org.openpks.api.web;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openpks.api.cluster.ClusterFault;
import org.openpks.kernel.Fault;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// The body that upgrades clusters: the API's UpgradeClustersRequest. This installation takes one cluster at a time,
/// so there are no canaries and nothing to limit.
@JsonNaming(SnakeCaseStrategy.class)
record UpgradeRequest(
        @Nullable List<@Nullable String> clusters,
        @Nullable List<@Nullable String> canaries,
        @Nullable Integer maxInFlight) {

    /// @throws Fault unless the body names exactly one cluster
    String cluster() {
        Fields.unsupported("canaries", canaries);
        if (maxInFlight != null && maxInFlight < 1) {
            throw invalid("max_in_flight", "The field 'max_in_flight' must be at least 1.");
        }
        var names = Fields.required("clusters", clusters);
        if (names.size() != 1) {
            throw invalid(
                    "clusters",
                    "The field 'clusters' must name exactly one cluster; please upgrade several one after the other.");
        }
        return Fields.required("clusters", names.getFirst());
    }

    private static Fault invalid(String field, String sentence) {
        return new Fault(ClusterFault.REQUEST_INVALID, sentence, "field=" + field);
    }
}
