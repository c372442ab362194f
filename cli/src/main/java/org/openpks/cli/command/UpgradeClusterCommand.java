package org.openpks.cli.command;

import org.openpks.cli.api.ClusterName;
import org.openpks.cli.watch.Watch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "upgrade-cluster",
        description = {
            "Masters are upgraded one after the other, then workers, each drained before. 'pks clusters' says when there is",
            "something to upgrade to. A cluster that has it already stays as it is."
        })
final class UpgradeClusterCommand extends PksCommand {
    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Option(names = "--json", description = "Return the PKS-API output as json")
    boolean json;

    @Option(names = "--non-interactive", description = "Don't ask for user input")
    boolean nonInteractive;

    @Option(names = "--wait", description = "Wait for the operation to finish")
    boolean wait;

    @Override
    void run(Context context) {
        var terminal = context.terminal();
        if (!nonInteractive) {
            terminal.print("You are about to upgrade %s.".formatted(name));
            terminal.print(
                    "Warning: This operation may be long running and may block further operations on the cluster(s) until complete");
            terminal.print("");
            if (!Question.confirm(terminal, "Continue? (y/n):")) {
                return;
            }
        }
        var api = context.api();
        var task = api.upgrade(name);
        if (!wait) {
            if (json) {
                terminal.print(task.pretty());
            } else {
                ClusterView.pointer(terminal, name);
            }
            return;
        }
        var cluster = new Watch(api, terminal, name, Watch.Operation.UPGRADE, json)
                .await()
                .orElseGet(() -> api.cluster(name));
        if (json) {
            terminal.print(cluster.json().pretty());
        } else {
            terminal.print("");
            terminal.print(ClusterView.lines(cluster));
        }
    }
}
