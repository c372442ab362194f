package org.openpks.cli.task;

import org.openpks.cli.command.Context;
import org.openpks.cli.command.NameConverter;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "cancel-task",
        description = "Clusters whose upgrade has begun are finished; the others stay at their version.")
final class CancelTaskCommand extends PksCommand {
    @Parameters(paramLabel = "<task-id>", converter = NameConverter.class)
    String id = "";

    @Override
    public void run(Context context) {
        context.api().tasks().cancel(id);
        context.terminal().print("Task %s canceled".formatted(Text.line(id)));
        context.terminal()
                .print("Use 'pks task %s' to see which clusters are still being upgraded".formatted(Text.line(id)));
    }
}
