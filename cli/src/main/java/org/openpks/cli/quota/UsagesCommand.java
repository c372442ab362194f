package org.openpks.cli.quota;

import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "usages",
        description = "What the clusters of each owner have been given, not what they consume; memory is in GB.")
final class UsagesCommand extends PksCommand {
    @Mixin
    OutputFlags output = new OutputFlags();

    @Override
    public void run(Context context) {
        var answer = context.api().quotas().usages();
        output.print(context, answer, () -> QuotaView.owners(answer.items(), "totals"));
    }
}
