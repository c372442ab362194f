package org.openpks.cli.cluster;

import org.openpks.cli.api.ClusterName;
import org.openpks.cli.command.ChangeFlags;
import org.openpks.cli.command.ClusterNameConverter;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.Question;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.watch.Watch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rotate-certificates",
        description = {
            "The leaf certificates are made anew, with --all their authorities too. Pods run on. With several masters the",
            "cluster's API always answers, with one it is away for seconds, three times with --all. After --all fetch",
            "credentials again: a kubeconfig holds the authority.",
            "--only-nsx and --skip-nsx are for clusters on NSX-T."
        })
final class RotateCertificatesCommand extends PksCommand {
    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Option(names = "--all", description = "Rotate the certificate authorities too")
    boolean all;

    @Option(names = "--only-nsx", description = "Rotate NSX-T's certificates only")
    boolean onlyNsx;

    @Option(names = "--skip-nsx", description = "Leave NSX-T's certificates alone")
    boolean skipNsx;

    @Mixin
    OutputFlags output = new OutputFlags();

    @Mixin
    ChangeFlags flags = new ChangeFlags();

    @Override
    public void run(Context context) {
        if (onlyNsx || skipNsx) {
            throw new Failure("Cluster %s has no NSX-T certificates: leave out %s."
                    .formatted(name, onlyNsx ? "--only-nsx" : "--skip-nsx"));
        }
        var api = context.api();
        if (!flags.asks() || Question.confirm(context.terminal(), question())) {
            api.rotateCertificates(name, all);
            Change.follow(context, api, name, Watch.Operation.UPDATE, flags.waits(), output, true);
        }
    }

    private String question() {
        return "You are about to rotate %s certificates for cluster %s. This operation requires bosh deployment, and will take a significant time. Are you sure you want to continue? (y/n):"
                .formatted(all ? "all" : "leaf", name);
    }
}
