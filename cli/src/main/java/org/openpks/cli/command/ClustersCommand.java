package org.openpks.cli.command;

import java.util.Locale;
import java.util.Optional;
import org.openpks.cli.api.Cluster;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.terminal.Table;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "clusters")
final class ClustersCommand extends PksCommand {
    @Option(names = "--json", description = "Return the PKS-API output as json")
    boolean json;

    @Override
    void run(Context context) {
        var answer = context.api().clustersJson();
        if (json) {
            context.terminal().print(answer.pretty());
            return;
        }
        var clusters = PksApi.clusters(answer);
        clusters.stream()
                .map(cluster -> cluster.upgrade())
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(upgrade -> {
                    context.terminal()
                            .print("Upgrade is available to %s Version: %s"
                                    .formatted(component(upgrade), Text.line(upgrade.version())));
                    context.terminal().print("");
                });
        var table = new Table("PKS Version", "Name", "k8s Version", "Plan Name", "UUID", "Status", "Action");
        clusters.forEach(cluster -> table.row(
                cluster.pksVersion(),
                cluster.name(),
                cluster.k8sVersion(),
                cluster.planName(),
                cluster.uuid(),
                cluster.lastActionState(),
                cluster.lastAction()));
        context.terminal().print(table.lines());
    }

    /// As the table below calls it.
    private static String component(Cluster.Upgrade upgrade) {
        return switch (upgrade.component().toLowerCase(Locale.ROOT)) {
            case "pks" -> "PKS";
            case "k8s" -> "k8s";
            default -> Text.line(upgrade.component());
        };
    }
}
