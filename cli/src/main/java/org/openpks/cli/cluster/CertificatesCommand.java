package org.openpks.cli.cluster;

import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.Timestamp;
import org.openpks.cli.command.ClusterNameConverter;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.Times;
import org.openpks.cli.command.Usage;
import org.openpks.cli.terminal.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "certificates",
        description = {
            "Lists the certificates that end within the given number of days, by their names in CredHub. A large number",
            "lists all of them. 'pks rotate-certificates' makes new ones."
        })
final class CertificatesCommand extends PksCommand {
    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Option(
            names = {"-d", "--days"},
            paramLabel = "int",
            description = "Show certificates that end within so many days (default 180)")
    int days = 180;

    @Mixin
    OutputFlags output = new OutputFlags();

    @Override
    public void run(Context context) {
        if (days < 0) {
            throw Usage.invalid("certificates", "-d, --days", String.valueOf(days), "the number must not be negative");
        }
        var answer = context.api().certificates(name, days);
        output.print(context, answer, () -> {
            var table = new Table("NAME", "Type", "Days Left", "Valid until");
            answer.items()
                    .forEach(certificate -> table.row(
                            certificate.text("name"),
                            certificate.text("type"),
                            certificate.text("days_left"),
                            Times.text(Timestamp.of(certificate, "valid_until"), context.zone())));
            return table.lines();
        });
    }
}
