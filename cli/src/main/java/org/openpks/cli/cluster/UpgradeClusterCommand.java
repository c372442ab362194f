package org.openpks.cli.cluster;

import java.util.List;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.command.ChangeFlags;
import org.openpks.cli.command.ClusterNameConverter;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.Question;
import org.openpks.cli.watch.Watch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "upgrade-cluster",
        description = {
            "Masters are upgraded one after the other, then workers, each drained before. 'pks clusters' says when there is",
            "something to upgrade to. A cluster that has it already stays as it is. For several: 'pks upgrade-clusters'."
        })
final class UpgradeClusterCommand extends PksCommand {
    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Mixin
    OutputFlags output = new OutputFlags();

    @Mixin
    ChangeFlags flags = new ChangeFlags();

    @Override
    public void run(Context context) {
        boolean machine = output.machine();
        var terminal = context.terminal();
        var api = context.api();
        if (flags.asks()) {
            terminal.print("You are about to upgrade %s.".formatted(name));
            terminal.print(
                    "Warning: This operation may be long running and may block further operations on the cluster(s) until complete");
            terminal.print("");
            if (!Question.confirm(terminal, "Continue? (y/n):")) {
                return;
            }
        }
        var task = api.upgrade(name);
        if (machine && !flags.waits()) {
            output.print(context, task, List::of);
        } else {
            Change.follow(context, api, name, Watch.Operation.UPGRADE, flags.waits(), output, false);
        }
    }
}
