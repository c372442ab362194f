package org.openpks.cli.cluster;

import org.openpks.cli.api.Cluster;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.watch.Watch;

/// What follows once an operation on a cluster has begun.
final class Change {
    private Change() {}

    /// Waits for the operation, if that is wished, and prints the cluster, or how to follow it.
    /// @param always whether programs get the cluster also when nobody waits
    static void follow(
            Context context,
            PksApi api,
            ClusterName name,
            Watch.Operation operation,
            boolean wait,
            OutputFlags output,
            boolean always) {
        if (!wait && !(always && output.machine())) {
            ClusterView.pointer(context.terminal(), name);
            return;
        }
        var cluster = wait ? awaited(context, api, name, operation, output.machine()) : api.cluster(name);
        output.print(context, cluster.json(), () -> ClusterView.lines(cluster));
    }

    /// Waits for the operation with its steps shown, and for a reader leaves a line free below them.
    /// @return the cluster as it is then
    static Cluster awaited(Context context, PksApi api, ClusterName name, Watch.Operation operation, boolean machine) {
        var cluster = new Watch(api, context.terminal(), name, operation, machine)
                .await()
                .orElseGet(() -> api.cluster(name));
        if (!machine) {
            context.terminal().print("");
        }
        return cluster;
    }
}
