package org.openpks.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import org.openpks.cli.api.Cluster;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.command.ClusterNameConverter;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.watch.Watch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "cluster",
        description = {
            "--details adds the settings of the kubelets: those that the cluster has of its own, and those of its plan.",
            "--watch shows the steps of what is being done to the cluster, until it is done; Ctrl-C ends the showing only.",
            "A cluster that does not exist, or not any more, is an error: \"Cluster my-cluster not found\"."
        })
final class ClusterCommand extends PksCommand {
    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Option(names = "--details", description = "Show the settings of the network and of Kubernetes too")
    boolean details;

    @Option(names = "--watch", description = "Follow the operation that goes on, until it is finished")
    boolean watch;

    @Mixin
    OutputFlags output = new OutputFlags();

    @Override
    public void run(Context context) {
        boolean machine = output.machine();
        var api = context.api();
        if (watch && !follow(context, api, machine)) {
            return;
        }
        var cluster = details ? api.details(name) : api.cluster(name);
        output.print(context, cluster.json(), () -> lines(cluster));
    }

    private List<String> lines(Cluster cluster) {
        var lines = new ArrayList<>(ClusterView.lines(cluster));
        if (details) {
            lines.addAll(ClusterView.settings(cluster));
        }
        return lines;
    }

    /// Follows what goes on, if anything does. False when there is no cluster to be shown afterwards.
    private boolean follow(Context context, PksApi api, boolean machine) {
        var cluster = api.cluster(name);
        if (!cluster.isBusy()) {
            return true;
        }
        var operation = Watch.Operation.of(cluster.lastAction());
        if (new Watch(api, context.terminal(), name, operation, machine).await().isEmpty()) {
            if (!machine) {
                context.terminal().print("Deletion of %s completed".formatted(name));
            }
            return false;
        }
        if (!machine) {
            context.terminal().print("");
        }
        return true;
    }
}
