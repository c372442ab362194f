package org.openpks.cli.profile;

import org.openpks.cli.api.Profiles.Kind;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.NameConverter;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.Question;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "delete-profile", description = "A profile that a cluster uses is not deleted.")
final class DeleteProfileCommand extends PksCommand {
    private final Kind kind;

    @Parameters(paramLabel = "<profile-name>", converter = NameConverter.class)
    String name = "";

    @Option(names = "--non-interactive", description = "Don't ask for user input")
    boolean nonInteractive;

    DeleteProfileCommand(Kind kind) {
        this.kind = kind;
    }

    @Override
    public void run(Context context) {
        var printable = Text.line(name);
        var profiles = context.api().profiles(kind);
        if (nonInteractive || Question.confirm(context.terminal(), question(printable))) {
            profiles.delete(name);
            context.terminal().print("Deletion of %s completed".formatted(printable));
        }
    }

    private String question(String printable) {
        return "Are you sure you want to delete the %s profile %s? (y/n):%s"
                .formatted(kind.word(), printable, kind == Kind.COMPUTE ? "" : " ");
    }
}
