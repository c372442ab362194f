package org.openpks.cli.command;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.WorkerCount;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "resize",
        description = {
            "Workers are added up to the plan's maximum, or drained and removed down to 1. The number has no default: left",
            "out by mistake it would shrink the cluster."
        })
final class ResizeCommand extends PksCommand {
    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Option(
            names = {"-n", "--num-nodes"},
            paramLabel = "int32",
            converter = WorkerCountConverter.class,
            description = "Number of worker nodes (required)")
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
            throw UsageFailure.missing("resize", List.of("num-nodes"));
        }
        Resizing.checkFlags(json, wait);
        if (nonInteractive
                || Question.confirm(
                        context.terminal(),
                        "Are you sure you want to resize cluster %s to %s? (y/n): ".formatted(name, count))) {
            Resizing.run(context, name, count, wait, json);
        }
    }
}
