package org.openpks.api.web;

import java.math.BigDecimal;
import java.util.List;
import org.openpks.api.cluster.UsageService.OfCluster;
import org.openpks.api.cluster.UsageService.Usage;

/// What an owner has, on the wire.
record UsageView(String owner, Totals totals, List<ClusterUsage> clusters) {

    /// @param cpu cores
    /// @param memory GB
    /// @param cluster how many clusters
    record Totals(long cpu, BigDecimal memory, int cluster) {}

    record ClusterUsage(String name, long cpu, BigDecimal memory) {
        static ClusterUsage of(OfCluster cluster) {
            return new ClusterUsage(
                    cluster.name().value(),
                    cluster.amount().cpu(),
                    cluster.amount().memory());
        }
    }

    static UsageView of(Usage usage) {
        var total = usage.total();
        return new UsageView(
                usage.owner(),
                new Totals(total.cpu(), total.memory(), total.clusters()),
                usage.clusters().stream().map(ClusterUsage::of).toList());
    }
}
