package org.openpks.cli.command;

import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.api.Cluster;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.ClusterOrder;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.api.WorkerCount;
import org.openpks.cli.watch.Watch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "create-cluster",
        description = {
            "The cluster is being created when the command returns. With --wait the command shows each step and returns",
            "when the cluster is ready; Ctrl-C then ends the waiting, not the creation. 'pks plans' lists the plans."
        })
final class CreateClusterCommand extends PksCommand {
    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Option(
            names = {"-e", "--external-hostname"},
            paramLabel = "string",
            description = "Host name or IP address under which the cluster's Kubernetes API will be known (required)")
    @Nullable
    String hostname;

    @Option(
            names = {"-p", "--plan"},
            paramLabel = "string",
            description = "Plan to create the cluster from (required)")
    @Nullable
    String plan;

    @Option(
            names = {"-n", "--num-nodes"},
            paramLabel = "string",
            converter = WorkerCountConverter.class,
            description = "Number of worker nodes (default: the plan's)")
    @Nullable
    WorkerCount workers;

    @Option(names = "--json", description = "Return the PKS-API output as json")
    boolean json;

    @Option(names = "--non-interactive", description = "Don't ask for user input")
    boolean nonInteractive;

    @Option(names = "--wait", description = "Wait for the operation to finish")
    boolean wait;

    @Override
    void run(Context context) {
        var missing = new ArrayList<String>();
        if (hostname == null) {
            missing.add("external-hostname");
        }
        if (plan == null) {
            missing.add("plan");
        }
        if (!missing.isEmpty()) {
            throw UsageFailure.missing("create-cluster", missing);
        }
        var order =
                new ClusterOrder(name, String.valueOf(plan), String.valueOf(hostname), Optional.ofNullable(workers));
        var api = context.api();
        var cluster = api.create(order);
        if (wait) {
            cluster = await(api, context);
        }
        if (json) {
            context.terminal().print(cluster.json().pretty());
            return;
        }
        context.terminal().print(ClusterView.lines(cluster));
        context.terminal().print("");
        ClusterView.pointer(context.terminal(), name);
    }

    private Cluster await(PksApi api, Context context) {
        var cluster = new Watch(api, context.terminal(), name, Watch.Operation.CREATE, json)
                .await()
                .orElseGet(() -> api.cluster(name));
        if (!json) {
            context.terminal().print("");
        }
        return cluster;
    }
}
