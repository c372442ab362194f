package org.openpks.cli.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.openpks.cli.json.Json;

/// Which clusters shall be upgraded.
/// @param canaries are upgraded first, one after the other; the first that fails ends it all
/// @param maxInFlight how many are upgraded at once
public record UpgradeOrder(List<ClusterName> clusters, List<ClusterName> canaries, Optional<Integer> maxInFlight) {
    Json toJson() {
        var order = new LinkedHashMap<String, Object>();
        order.put("clusters", names(clusters));
        if (!canaries.isEmpty()) {
            order.put("canaries", names(canaries));
        }
        maxInFlight.ifPresent(number -> order.put("max_in_flight", number));
        return Json.object(order);
    }

    private static Json names(List<ClusterName> clusters) {
        return Json.array(
                clusters.stream().map(name -> Json.string(name.value())).toList());
    }
}
