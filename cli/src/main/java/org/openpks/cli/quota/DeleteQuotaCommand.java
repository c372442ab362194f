package org.openpks.cli.quota;

import org.openpks.cli.command.Context;
import org.openpks.cli.command.NameConverter;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.Question;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "delete-quota", description = "The owner has no limit afterwards.")
final class DeleteQuotaCommand extends PksCommand {
    @Parameters(paramLabel = "<owner>", converter = NameConverter.class)
    String owner = "";

    @Option(names = "--non-interactive", description = "Don't ask for user input")
    boolean nonInteractive;

    @Override
    public void run(Context context) {
        var printable = Text.line(owner);
        var quotas = context.api().quotas();
        if (nonInteractive
                || Question.confirm(
                        context.terminal(),
                        "Are you sure you want to delete the quota of %s? (y/n): ".formatted(printable))) {
            quotas.delete(owner);
            context.terminal().print("Deletion of %s completed".formatted(printable));
        }
    }
}
