package org.openpks.cli.task;

import org.openpks.cli.api.Task;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.Times;
import org.openpks.cli.command.Usage;
import org.openpks.cli.terminal.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "tasks", description = "The newest task comes first. Tasks are upgrades of one or several clusters.")
final class TasksCommand extends PksCommand {
    @Option(
            names = {"-l", "--limit"},
            paramLabel = "int32",
            description = "How many tasks to show at most (default 10)")
    int limit = 10;

    @Mixin
    OutputFlags output = new OutputFlags();

    @Override
    public void run(Context context) {
        if (limit < 1) {
            throw Usage.invalid("tasks", "-l, --limit", String.valueOf(limit), "the number must be at least 1");
        }
        var answer = context.api().tasks().latest(limit);
        output.print(context, answer, () -> {
            var table = new Table("ID", "Type", "Status", "StartTime", "EndTime", "Clusters");
            answer.items().stream()
                    .map(Task::of)
                    .forEach(task -> table.row(
                            task.id(),
                            task.type(),
                            task.status(),
                            Times.text(task.start(), context.zone()),
                            Times.text(task.end(), context.zone()),
                            String.join(
                                    ",",
                                    task.clusters().stream()
                                            .map(Task.ClusterUpgrade::name)
                                            .toList())));
            return table.lines();
        });
    }
}
