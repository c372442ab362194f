package org.openpks.cli.quota;

import org.openpks.cli.command.Context;
import org.openpks.cli.command.NameConverter;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.json.Json;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "update-quota", description = "What is not given stays as it is.")
final class UpdateQuotaCommand extends PksCommand {
    private static final String COMMAND = "update-quota";

    @Parameters(paramLabel = "<owner>", converter = NameConverter.class)
    String owner = "";

    @Mixin
    Limit limit = new Limit();

    @Override
    public void run(Context context) {
        limit.over(COMMAND, Json.NULL);
        var quotas = context.api().quotas();
        quotas.update(owner, limit.over(COMMAND, quotas.get(owner).at("limit")));
        context.terminal().print("Quota of %s successfully updated".formatted(Text.line(owner)));
    }
}
