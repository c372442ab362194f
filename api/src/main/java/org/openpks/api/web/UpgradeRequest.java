package org.openpks.api.web;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openpks.api.task.TaskFault;
import org.openpks.api.task.UpgradeOrder;
import org.openpks.kernel.Fault;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// The body that upgrades clusters: the API's UpgradeClustersRequest. A canary may stand among the clusters
/// too.
@JsonNaming(SnakeCaseStrategy.class)
record UpgradeRequest(
        @Nullable List<@Nullable String> clusters,
        @Nullable List<@Nullable String> canaries,
        @Nullable Integer maxInFlight) {

    /// @throws Fault naming the field that is wrong
    UpgradeOrder order() {
        var first = names("canaries", canaries);
        var others = new ArrayList<>(names("clusters", clusters));
        if (first.isEmpty() && others.isEmpty()) {
            throw invalid("clusters", "The field 'clusters' must name at least one cluster.");
        }
        others.removeAll(first);
        int atOnce = maxInFlight == null ? 1 : maxInFlight;
        if (atOnce < 1) {
            throw invalid("max_in_flight", "The field 'max_in_flight' must be at least 1.");
        }
        return new UpgradeOrder(first, others, atOnce);
    }

    private static List<String> names(String field, @Nullable List<@Nullable String> given) {
        var names = new ArrayList<String>();
        for (var name : given == null ? List.<@Nullable String>of() : given) {
            if (name == null || name.isEmpty()) {
                throw invalid(field, "The field '%s' must hold names of clusters.".formatted(field));
            }
            if (names.contains(name)) {
                throw invalid(field, "The field '%s' names cluster %s twice.".formatted(field, Fields.shown(name)));
            }
            names.add(name);
        }
        return names;
    }

    private static Fault invalid(String field, String sentence) {
        return new Fault(TaskFault.REQUEST_INVALID, sentence, "field=" + field);
    }
}
