package org.openpks.cli.cluster;

import org.openpks.cli.api.PksApi;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.terminal.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "plans", description = "The name of a plan is what 'pks create-cluster --plan' takes.")
final class PlansCommand extends PksCommand {
    @Mixin
    OutputFlags output = new OutputFlags();

    @Override
    public void run(Context context) {
        var answer = context.api().plansJson();
        output.print(context, answer, () -> {
            var table = new Table("Name", "ID", "Description");
            PksApi.plans(answer).forEach(plan -> table.row(plan.name(), plan.id(), plan.description()));
            return table.lines();
        });
    }
}
