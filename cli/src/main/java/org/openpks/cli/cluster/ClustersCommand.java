package org.openpks.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.openpks.cli.api.Cluster;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.terminal.Table;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "clusters",
        description = {
            "Administrators see all clusters, managers their own. Above the table stands the version that clusters can be",
            "upgraded to, when one of them is behind it."
        })
final class ClustersCommand extends PksCommand {
    @Mixin
    OutputFlags output = new OutputFlags();

    @Override
    public void run(Context context) {
        var answer = context.api().clustersJson();
        output.print(context, answer, () -> lines(PksApi.clusters(answer)));
    }

    private static List<String> lines(List<Cluster> clusters) {
        var lines = new ArrayList<String>();
        clusters.stream()
                .map(Cluster::upgrade)
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(upgrade -> {
                    lines.add("Upgrade is available to %s Version: %s"
                            .formatted(component(upgrade), Text.line(upgrade.version())));
                    lines.add("");
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
        lines.addAll(table.lines());
        return lines;
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
