package org.openpks.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.openpks.kernel.Fault;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/// `bin/pks-server`: starts, stops and describes the control plane.
@Command(
        name = "pks-server",
        description = "Runs the OpenPKS control plane on this machine.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.Version.class,
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            DestroyCommand.class,
            EnvCommand.class,
            StatusCommand.class,
            CheckCommand.class,
            ErrandCommand.class,
            RunCommand.class
        },
        footer = {
            "",
            "OPENPKS_HOME    where state lies (default /var/lib/openpks)",
            "OPENPKS_CACHE   where built node software lies (default ~/.cache/openpks)",
            "OPENPKS_CONFIG  a file whose keys go over deploy/control-plane.yml"
        })
public final class Main {

    private Main() {}

    /// Runs one command; failures are one line on standard error and exit code 1.
    public static void main(String... arguments) {
        int code = new CommandLine(new Main())
                .setExecutionExceptionHandler((exception, line, parsed) -> {
                    line.getErr().println(Progress.FAILED + sentence(exception));
                    return 1;
                })
                .setParameterExceptionHandler((exception, ignored) -> {
                    exception.getCommandLine().getErr().println(Progress.FAILED + exception.getMessage());
                    return 1;
                })
                .execute(arguments.length == 0 ? new String[] {"--help"} : arguments);
        System.exit(code);
    }

    static String sentence(Exception exception) {
        return exception instanceof Fault fault ? fault.userMessage() : String.valueOf(exception.getMessage());
    }

    static Home home() {
        return Home.of(System.getenv());
    }

    /// The checkout that the wrapper script belongs to.
    static Path checkout() {
        return Path.of(System.getProperty("openpks.checkout", ".")).toAbsolutePath();
    }

    static Settings settings() {
        return Settings.read(
                checkout().resolve("deploy/control-plane.yml"),
                Optional.ofNullable(System.getenv("OPENPKS_CONFIG")).map(Path::of));
    }

    static Installation installation() {
        return Installation.ensure(settings(), home(), InstantSource.system());
    }

    /// The installation that somebody started; this makes none.
    /// @throws Fault [ServerFault#NOT_RUNNING] when there is none
    static Installation existingInstallation() {
        var home = home();
        if (!Files.exists(home.secrets())) {
            throw new Fault(ServerFault.NOT_RUNNING, "There is no installation in " + home.root() + ". Run 'make up'.");
        }
        return installation();
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"OpenPKS " + ControlPlane.VERSION};
        }
    }
}
