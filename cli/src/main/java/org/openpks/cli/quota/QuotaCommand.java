package org.openpks.cli.quota;

import java.util.List;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.NameConverter;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "quota", description = "'pks usage OWNER' shows how much of it is used.")
final class QuotaCommand extends PksCommand {
    @Parameters(paramLabel = "<owner>", converter = NameConverter.class)
    String owner = "";

    @Mixin
    OutputFlags output = new OutputFlags();

    @Override
    public void run(Context context) {
        var answer = context.api().quotas().get(owner);
        output.print(context, answer, () -> QuotaView.owners(List.of(answer), "limit"));
    }
}
