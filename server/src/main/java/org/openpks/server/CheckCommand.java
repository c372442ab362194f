package org.openpks.server;

import java.util.concurrent.Callable;
import org.openpks.director.cpi.container.HostRequirements;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Looks at the machine: what nodes need and is not there.
@Command(
        name = "check",
        description =
                "Say what this machine lacks for running nodes, each with the command that mends it; exit code 1 then.")
final class CheckCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var missing = new HostRequirements(Main.home().root()).missing();
        var out = spec.commandLine().getOut();
        missing.forEach(item -> out.println(item.line()));
        if (missing.isEmpty()) {
            out.println("This machine has all that nodes need.");
        }
        return missing.isEmpty() ? 0 : 1;
    }
}
