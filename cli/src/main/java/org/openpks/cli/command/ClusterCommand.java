package org.openpks.cli.command;

import org.openpks.cli.api.ClusterName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "cluster")
final class ClusterCommand extends PksCommand {
    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Option(names = "--json", description = "Return the PKS-API output as json")
    boolean json;

    @Override
    void run(Context context) {
        var cluster = context.api().cluster(name);
        if (json) {
            context.terminal().print(cluster.json().pretty());
        } else {
            context.terminal().print(ClusterView.lines(cluster));
        }
    }
}
