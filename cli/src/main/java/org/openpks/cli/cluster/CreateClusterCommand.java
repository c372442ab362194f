package org.openpks.cli.cluster;

import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.ClusterOrder;
import org.openpks.cli.api.WorkerCount;
import org.openpks.cli.command.ChangeFlags;
import org.openpks.cli.command.ClusterNameConverter;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.Usage;
import org.openpks.cli.command.WorkerCountConverter;
import org.openpks.cli.watch.Watch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "create-cluster",
        description = {
            "The cluster is being created when the command returns. With --wait the command shows each step and returns",
            "when the cluster is ready; Ctrl-C then ends the waiting, not the creation. 'pks plans' lists the plans.",
            "",
            "With a compute profile that has node pools, --node-pool-instances says how many nodes each has, and --num-nodes",
            "is not used."
        })
final class CreateClusterCommand extends PksCommand {
    private static final String COMMAND = "create-cluster";

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

    @Mixin
    SettingFlags settings = new SettingFlags();

    @Mixin
    OutputFlags output = new OutputFlags();

    @Mixin
    ChangeFlags flags = new ChangeFlags();

    @Override
    public void run(Context context) {
        boolean machine = output.machine();
        var order = order();
        var api = context.api();
        var made = api.create(order);
        var cluster = flags.waits() ? Change.awaited(context, api, name, Watch.Operation.CREATE, machine) : made;
        output.print(context, cluster.json(), () -> {
            var lines = new ArrayList<>(ClusterView.lines(cluster));
            lines.add("");
            return lines;
        });
        if (!machine) {
            ClusterView.pointer(context.terminal(), name);
        }
    }

    private ClusterOrder order() {
        var missing = new ArrayList<String>();
        if (hostname == null) {
            missing.add("external-hostname");
        }
        if (plan == null) {
            missing.add("plan");
        }
        if (!missing.isEmpty()) {
            throw Usage.missing(COMMAND, missing);
        }
        return new ClusterOrder(
                name,
                String.valueOf(plan),
                String.valueOf(hostname),
                settings.settings(COMMAND, Optional.ofNullable(workers), Map.of()));
    }
}
