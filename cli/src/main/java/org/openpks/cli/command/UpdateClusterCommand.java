package org.openpks.cli.command;

import org.jspecify.annotations.Nullable;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.WorkerCount;
import org.openpks.cli.failure.Failure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "update-cluster")
final class UpdateClusterCommand extends PksCommand {
    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Option(
            names = "--num-nodes",
            paramLabel = "int32",
            converter = WorkerCountConverter.class,
            description = "Number of worker nodes")
    @Nullable
    WorkerCount workers;

    @Option(names = "--json", description = "Return the PKS-API output as json. Only applies when --wait is given")
    boolean json;

    @Option(names = "--non-interactive", description = "Don't ask for user input")
    boolean nonInteractive;

    @Option(names = "--wait", description = "Wait for the operation to finish")
    boolean wait;

    @Override
    void run(Context context) {
        var count = workers;
        if (count == null) {
            throw new Failure(
                    "nothing to update: give at least one setting, as in --num-nodes 5",
                    "Run 'pks update-cluster --help' for usage.");
        }
        Resizing.checkFlags(json, wait);
        if (!nonInteractive) {
            context.terminal().print("Update summary for cluster %s:".formatted(name));
            context.terminal().print("Worker Number: " + count);
            if (!Question.confirm(context.terminal(), "Are you sure you want to continue? (y/n): ")) {
                return;
            }
        }
        Resizing.run(context, name, count, wait, json);
    }
}
