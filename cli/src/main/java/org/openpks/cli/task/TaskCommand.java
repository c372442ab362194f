package org.openpks.cli.task;

import java.util.ArrayList;
import java.util.List;
import org.openpks.cli.api.Task;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.NameConverter;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.Times;
import org.openpks.cli.terminal.Table;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "task", description = "Shows how far an upgrade is, cluster by cluster. 'pks tasks' lists the ids.")
final class TaskCommand extends PksCommand {
    @Parameters(paramLabel = "<task-id>", converter = NameConverter.class)
    String id = "";

    @Mixin
    OutputFlags output = new OutputFlags();

    @Override
    public void run(Context context) {
        var answer = context.api().tasks().get(id);
        output.print(context, answer, () -> lines(Task.of(answer), context));
    }

    private static List<String> lines(Task task, Context context) {
        var lines = new ArrayList<String>();
        lines.add("Your upgrade task is: " + Text.line(task.status()));
        lines.add("");
        var table = new Table("Name", "Status", "Start time", "End time", "isCanary");
        task.clusters()
                .forEach(cluster -> table.row(
                        cluster.name(),
                        cluster.state(),
                        Times.text(cluster.start(), context.zone()),
                        Times.text(cluster.end(), context.zone()),
                        String.valueOf(cluster.canary())));
        lines.addAll(table.lines());
        return lines;
    }
}
