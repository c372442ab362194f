package org.openpks.cli.quota;

import org.openpks.cli.command.Context;
import org.openpks.cli.command.NameConverter;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.json.Json;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "create-quota",
        description =
                "The owner is a user or client by its name. What is over the limit already stays; nothing can be added to it.")
final class CreateQuotaCommand extends PksCommand {
    @Parameters(paramLabel = "<owner>", converter = NameConverter.class)
    String owner = "";

    @Mixin
    Limit limit = new Limit();

    @Override
    public void run(Context context) {
        var amounts = limit.over("create-quota", Json.NULL);
        context.api().quotas().create(owner, amounts);
        context.terminal().print("Quota of %s successfully created".formatted(Text.line(owner)));
    }
}
