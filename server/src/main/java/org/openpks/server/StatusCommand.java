package org.openpks.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Says whether the control plane runs; exit code 1 when it does not.
@Command(name = "status", description = "Say whether the control plane is up; exit code 1 when it is not.")
final class StatusCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var process = new ControlPlaneProcess(Main.home()).find();
        if (process.isEmpty()) {
            out.println("The control plane is not up. 'make up' starts it.");
            return 1;
        }
        out.println("The control plane is up, process " + process.orElseThrow().pid() + ", API at "
                + Main.installation().apiUrl() + ".");
        return 0;
    }
}
