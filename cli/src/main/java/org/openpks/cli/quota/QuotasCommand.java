package org.openpks.cli.quota;

import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "quotas",
        description =
                "CPU and memory are limits for all clusters of an owner together; memory is in GB. Administrators have no limit.")
final class QuotasCommand extends PksCommand {
    @Mixin
    OutputFlags output = new OutputFlags();

    @Override
    public void run(Context context) {
        var answer = context.api().quotas().all();
        output.print(context, answer, () -> QuotaView.owners(answer.items(), "limit"));
    }
}
