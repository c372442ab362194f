package org.openpks.cli.cluster;

import java.util.Optional;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.ClusterSettings;
import org.openpks.cli.api.WorkerCount;
import org.openpks.cli.command.ChangeFlags;
import org.openpks.cli.command.ClusterNameConverter;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.Question;
import org.openpks.cli.command.WorkerCountConverter;
import org.openpks.cli.watch.Watch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "resize",
        description = {
            "Workers are added up to the plan's maximum, or drained and removed down to 1.",
            "",
            "WITHOUT --num-nodes THE CLUSTER SHRINKS TO ONE WORKER: the default is 1, as scripts for PKS 1.7 expect it. The",
            "question before the change names the number; with --non-interactive nobody is asked. 'pks update-cluster NAME",
            "--num-nodes N' does the same without a default."
        })
final class ResizeCommand extends PksCommand {
    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Option(
            names = {"-n", "--num-nodes"},
            paramLabel = "int32",
            converter = WorkerCountConverter.class,
            description = "Number of worker nodes (default 1)")
    WorkerCount workers = new WorkerCount(1);

    @Mixin
    OutputFlags output = new OutputFlags();

    @Mixin
    ChangeFlags flags = new ChangeFlags();

    @Override
    public void run(Context context) {
        var api = context.api();
        if (!flags.asks()
                || Question.confirm(
                        context.terminal(),
                        "Are you sure you want to resize cluster %s to %s? (y/n): ".formatted(name, workers))) {
            api.update(name, ClusterSettings.workers(Optional.of(workers)));
            Change.follow(context, api, name, Watch.Operation.UPDATE, flags.waits(), output, false);
        }
    }
}
