package org.openpks.cli.command;

import org.openpks.cli.api.PksApi;
import org.openpks.cli.terminal.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "plans")
final class PlansCommand extends PksCommand {
    @Option(names = "--json", description = "Return the PKS-API output as json")
    boolean json;

    @Override
    void run(Context context) {
        var answer = context.api().plansJson();
        if (json) {
            context.terminal().print(answer.pretty());
            return;
        }
        var table = new Table("Name", "ID", "Description");
        PksApi.plans(answer).forEach(plan -> table.row(plan.name(), plan.id(), plan.description()));
        context.terminal().print(table.lines());
    }
}
