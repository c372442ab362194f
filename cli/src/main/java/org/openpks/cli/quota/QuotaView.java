package org.openpks.cli.quota;

import java.util.List;
import org.openpks.cli.json.Json;
import org.openpks.cli.terminal.Table;

/// Quotas and usages as tables: both are amounts by owner.
final class QuotaView {
    private QuotaView() {}

    /// @param field where the amounts are
    static List<String> owners(List<Json> items, String field) {
        var table = new Table("Owner", "CPU", "Memory", "Clusters");
        items.forEach(item -> table.row(
                item.text("owner"),
                item.at(field).text("cpu"),
                item.at(field).text("memory"),
                item.at(field).text("cluster")));
        return table.lines();
    }
}
