package org.openpks.cli.profile;

import java.util.List;
import org.openpks.cli.api.Profiles.Kind;
import org.openpks.cli.api.Timestamp;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.Times;
import org.openpks.cli.json.Json;
import org.openpks.cli.terminal.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "profiles", description = "Administrators see all profiles, managers those that they may use.")
final class ProfilesCommand extends PksCommand {
    private final Kind kind;

    @Mixin
    OutputFlags output = new OutputFlags();

    ProfilesCommand(Kind kind) {
        this.kind = kind;
    }

    @Override
    public void run(Context context) {
        var answer = context.api().profiles(kind).all();
        output.print(context, answer, () -> kind == Kind.KUBERNETES ? owned(answer, context) : plain(answer));
    }

    private static List<String> plain(Json profiles) {
        var table = new Table("Name", "Description");
        profiles.items().forEach(profile -> table.row(profile.text("name"), profile.text("description")));
        return table.lines();
    }

    private static List<String> owned(Json profiles, Context context) {
        var table = new Table("K8s-profile", "Owner", "Created Date");
        profiles.items()
                .forEach(profile -> table.row(
                        profile.text("name"),
                        profile.text("owner"),
                        Times.text(Timestamp.of(profile, "created_at"), context.zone())));
        return table.lines();
    }
}
