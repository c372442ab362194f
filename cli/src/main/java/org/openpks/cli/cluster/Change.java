package org.openpks.cli.cluster;

import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.watch.Watch;

/// What follows once an operation on an existing cluster has begun.
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
        var cluster = wait
                ? new Watch(api, context.terminal(), name, operation, output.machine())
                        .await()
                        .orElseGet(() -> api.cluster(name))
                : api.cluster(name);
        if (wait && !output.machine()) {
            context.terminal().print("");
        }
        output.print(context, cluster.json(), () -> ClusterView.lines(cluster));
    }
}
