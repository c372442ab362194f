package org.openpks.server;

import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Stops the control plane; clusters keep running.
@Command(name = "down", description = "Stop the control plane. Clusters keep running without it.")
final class DownCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        boolean ran = stop();
        spec.commandLine()
                .getOut()
                .println(
                        ran ? "The control plane is stopped. Clusters keep running." : "The control plane was not up.");
        return 0;
    }

    /// Stops the process, and a database that a killed process left behind.
    static boolean stop() {
        var home = Main.home();
        boolean ran = new ControlPlaneProcess(home).stop();
        if (Files.exists(home.secrets())) {
            Main.installation().database().stop();
        }
        return ran;
    }
}
