package org.openpks.cli.cluster;

import org.openpks.cli.api.ClusterName;
import org.openpks.cli.command.ChangeFlags;
import org.openpks.cli.command.ClusterNameConverter;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.Question;
import org.openpks.cli.watch.Watch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "delete-cluster",
        description = {
            "The cluster, its workloads and its volumes are gone for good afterwards. A cluster whose creation failed is",
            "removed in the same way; its name is free again then."
        })
final class DeleteClusterCommand extends PksCommand {
    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Mixin
    ChangeFlags flags = new ChangeFlags();

    @Override
    public void run(Context context) {
        var api = context.api();
        if (flags.asks()
                && !Question.confirm(
                        context.terminal(), "Are you sure you want to delete cluster %s? (y/n)".formatted(name))) {
            return;
        }
        api.delete(name);
        if (flags.waits()) {
            new Watch(api, context.terminal(), name, Watch.Operation.DELETE, false).await();
            context.terminal().print("Deletion of %s completed".formatted(name));
        } else {
            context.terminal().print("Deletion of %s in progress".formatted(name));
            ClusterView.pointer(context.terminal(), name);
        }
    }
}
