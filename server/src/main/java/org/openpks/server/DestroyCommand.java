package org.openpks.server;

import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.openpks.director.cpi.container.ContainerCpiSettings;
import org.openpks.director.cpi.container.Inventory;
import org.openpks.kernel.Directories;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Removes the installation, from what is on the machine alone: it works with no database and no control plane.
@Command(
        name = "destroy",
        description =
                "Stop the control plane and remove every cluster, node, network and state directory of this installation.")
final class DestroyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        var out = spec.commandLine().getOut();
        var home = Main.home();
        if (DownCommand.stop()) {
            out.println("The control plane is stopped.");
        }
        var nodes = Main.settings().nodes();
        var removed = new Inventory(
                        new ContainerCpiSettings(
                                home.root(),
                                nodes.prefix(),
                                nodes.linkPrefix(),
                                nodes.privateRanges(),
                                nodes.routeProtocol()),
                        InstantSource.system())
                .destroyAll();
        removed.forEach(item -> out.println("removed " + item));
        boolean state = Files.isDirectory(home.root());
        if (state) {
            Directories.delete(home.root());
            out.println("removed directory " + home.root());
        }
        if (removed.isEmpty() && !state) {
            out.println("There was nothing to remove.");
        }
        return 0;
    }
}
