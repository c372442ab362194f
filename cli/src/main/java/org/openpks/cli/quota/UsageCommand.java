package org.openpks.cli.quota;

import java.util.ArrayList;
import java.util.List;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.NameConverter;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.json.Json;
import org.openpks.cli.terminal.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "usage",
        description = "What each cluster of the owner has been given, and all of them together; memory is in GB.")
final class UsageCommand extends PksCommand {
    @Parameters(paramLabel = "<owner>", converter = NameConverter.class)
    String owner = "";

    @Mixin
    OutputFlags output = new OutputFlags();

    @Override
    public void run(Context context) {
        var answer = context.api().quotas().usage(owner);
        output.print(context, answer, () -> lines(answer));
    }

    private static List<String> lines(Json usage) {
        var lines = new ArrayList<>(QuotaView.owners(List.of(usage), "totals"));
        lines.add("");
        var table = new Table("Cluster", "CPU", "Memory");
        usage.at("clusters")
                .items()
                .forEach(cluster -> table.row(cluster.text("name"), cluster.text("cpu"), cluster.text("memory")));
        lines.addAll(table.lines());
        return lines;
    }
}
