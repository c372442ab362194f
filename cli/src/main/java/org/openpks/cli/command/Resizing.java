package org.openpks.cli.command;

import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.WorkerCount;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.watch.Watch;

/// What `resize` and `update-cluster` have in common once the user has agreed.
final class Resizing {
    private Resizing() {}

    static void checkFlags(boolean json, boolean wait) {
        if (json && !wait) {
            throw new Failure("the flag --json can only be used together with --wait");
        }
    }

    static void run(Context context, ClusterName name, WorkerCount workers, boolean wait, boolean json) {
        var api = context.api();
        api.resize(name, workers);
        if (!wait) {
            ClusterView.pointer(context.terminal(), name);
            return;
        }
        var cluster = new Watch(api, context.terminal(), name, Watch.Operation.UPDATE, json)
                .await()
                .orElseGet(() -> api.cluster(name));
        if (json) {
            context.terminal().print(cluster.json().pretty());
        } else {
            context.terminal().print("");
            context.terminal().print(ClusterView.lines(cluster));
        }
    }
}
