package org.openpks.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.json.Json;
import org.openpks.cli.terminal.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "doctor",
        description = {
            "Looks at everything between here and your clusters: this program, your session, the addresses, the certificates,",
            "the UAA, your rights, the API, the clocks, kubectl and its kubeconfig. What is wrong is told with the next step,",
            "and makes the exit code 1. No secret is printed."
        })
final class DoctorCommand extends PksCommand {
    @Mixin
    OutputFlags output = new OutputFlags();

    @Override
    public void run(Context context) {
        var findings = new ArrayList<Finding>();
        var local = new LocalChecks(context);
        findings.add(local.java());
        var session = new SessionChecks(context);
        findings.addAll(session.findings());
        findings.addAll(local.kubectl(session.clusterVersions()));
        findings.add(local.kubeconfig());
        output.print(context, Json.array(findings.stream().map(Finding::toJson).toList()), () -> lines(findings));
        long problems = findings.stream()
                .filter(finding -> finding.state() == Finding.State.PROBLEM)
                .count();
        if (problems > 0) {
            throw new Failure(problems == 1 ? "1 check found a problem." : problems + " checks found problems.");
        }
    }

    private static List<String> lines(List<Finding> findings) {
        var table = new Table();
        for (var finding : findings) {
            table.row(finding.state().word(), finding.check(), finding.text());
            if (!finding.next().isEmpty()) {
                table.row("", "", "-> " + finding.next());
            }
        }
        return table.lines();
    }
}
