package org.openpks.cli.task;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.Task;
import org.openpks.cli.api.UpgradeOrder;
import org.openpks.cli.command.ChangeFlags;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.Question;
import org.openpks.cli.command.Usage;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "upgrade-clusters",
        description = {
            "Canaries are upgraded first, one after the other; when one of them fails nothing else is begun. Then follow the",
            "other clusters, so many at once as --max-in-flight says; a failure among them does not stop the rest.",
            "'pks task ID' shows how far the upgrade is, 'pks cancel-task ID' takes out what has not begun."
        })
final class UpgradeClustersCommand extends PksCommand {
    private static final String COMMAND = "upgrade-clusters";

    @Option(
            names = {"-c", "--clusters"},
            paramLabel = "strings",
            description = "Names of clusters, separated by commas (required)")
    @Nullable
    String clusters;

    @Option(
            names = "--canaries",
            paramLabel = "strings",
            description = "Names of clusters to be upgraded first, separated by commas")
    @Nullable
    String canaries;

    @Option(
            names = "--max-in-flight",
            paramLabel = "int32",
            description = "Number of clusters to be upgraded at once (default 1)")
    @Nullable
    Integer maxInFlight;

    @Mixin
    OutputFlags output = new OutputFlags();

    @Mixin
    ChangeFlags flags = new ChangeFlags();

    @Override
    public void run(Context context) {
        boolean machine = output.machine();
        var order = order();
        var terminal = context.terminal();
        var tasks = context.api().tasks();
        if (flags.asks()) {
            terminal.print("You are about to upgrade %s.".formatted(Text.line(names(order))));
            terminal.print(
                    "Warning: This operation may be long running and may block further operations on the cluster(s) until complete");
            terminal.print("");
            if (!Question.confirm(terminal, "Continue? (y/n):")) {
                return;
            }
        }
        var answer = tasks.upgrade(order);
        var task = Task.of(answer);
        if (!machine) {
            terminal.print("Your taskID for the upgrade task is: " + Text.line(task.id()));
        }
        if (flags.waits()) {
            var watch = new TaskWatch(tasks, terminal, task, machine);
            var last = watch.await();
            output.print(context, last, List::of);
            watch.judge();
        } else {
            output.print(context, answer, List::of);
        }
    }

    private UpgradeOrder order() {
        if (clusters == null) {
            throw Usage.missing(COMMAND, List.of("clusters"));
        }
        if (maxInFlight != null && maxInFlight < 1) {
            throw Usage.invalid(
                    COMMAND, "--max-in-flight", String.valueOf(maxInFlight), "the number must be at least 1");
        }
        return new UpgradeOrder(
                names("-c, --clusters", clusters),
                canaries == null ? List.of() : names("--canaries", canaries),
                Optional.ofNullable(maxInFlight));
    }

    private static List<ClusterName> names(String flag, String text) {
        var names = new LinkedHashSet<ClusterName>();
        for (var item : text.split(",", -1)) {
            if (item.isBlank()) {
                throw Usage.invalid(COMMAND, flag, text, "give names of clusters, separated by commas");
            }
            names.add(new ClusterName(item.strip()));
        }
        return List.copyOf(names);
    }

    /// As in `a, b and c`.
    private static String names(UpgradeOrder order) {
        var all = new LinkedHashSet<>(order.canaries());
        all.addAll(order.clusters());
        var names = all.stream().map(ClusterName::toString).toList();
        return names.size() == 1
                ? names.getFirst()
                : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }
}
