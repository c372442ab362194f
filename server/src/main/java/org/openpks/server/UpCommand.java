package org.openpks.server;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import org.openpks.kernel.Fault;
import org.openpks.kernel.SecretFiles;
import org.openpks.server.Settings.Part;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Starts the control plane in the background and waits until it answers.
@Command(
        name = "up",
        description = {
            "Start the control plane in the background and wait until it answers.",
            "Clusters that were running are found again."
        })
final class UpCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var home = Main.home();
        var process = new ControlPlaneProcess(home);
        var found = process.find();
        if (found.isPresent()) {
            return Files.readString(home.progress()).contains(Progress.READY)
                    ? tell("The control plane is up already.")
                    : follow(home, found.get());
        }
        var settings = Main.settings();
        if (settings.runs(Part.DIRECTOR)) {
            Artifacts.read(home.artifacts()).offered(settings.kubernetesVersion());
        }
        refuseTakenPorts(settings);
        SecretFiles.createDirectories(home.log().getParent());
        SecretFiles.write(home.progress(), "");
        var child = new ProcessBuilder(
                        "setsid", Main.checkout().resolve("bin/pks-server").toString(), "run")
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.log().resolveSibling("control-plane.out").toFile()))
                .start();
        return follow(home, child.toHandle());
    }

    private int tell(String sentence) {
        spec.commandLine().getOut().println(sentence);
        return 0;
    }

    /// Prints the start's lines as they come.
    private Integer follow(Home home, ProcessHandle child) throws IOException, InterruptedException {
        var out = spec.commandLine().getOut();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        int printed = 0;
        while (true) {
            boolean alive = child.isAlive();
            var text = Files.readString(home.progress());
            var complete = text.substring(0, text.lastIndexOf('\n') + 1);
            for (var line : complete.substring(Math.min(printed, complete.length()))
                    .lines()
                    .toList()) {
                if (line.startsWith(Progress.FAILED)) {
                    throw new Fault(
                            ServerFault.START_FAILED,
                            line.substring(Progress.FAILED.length()) + " The log is " + home.log() + ".");
                }
                out.println(line);
                if (line.endsWith(Progress.READY)) {
                    return 0;
                }
            }
            out.flush();
            printed = complete.length();
            if (!alive || System.nanoTime() > deadline) {
                throw new Fault(
                        ServerFault.START_FAILED,
                        "The control plane %s. See %s and control-plane.out beside it."
                                .formatted(alive ? "does not answer" : "ended while it started", home.log()));
            }
            Thread.sleep(30);
        }
    }

    /// Better one sentence now than a start that fails half way.
    private static void refuseTakenPorts(Settings settings) {
        var ports = new LinkedHashMap<String, Integer>();
        for (var part : settings.parts()) {
            switch (part) {
                case UAA -> ports.put("uaa", settings.ports().uaa());
                case API -> ports.put("api", settings.ports().api());
                case BROKER -> ports.put("broker", settings.ports().broker());
                case DIRECTOR -> {
                    ports.put("director", settings.ports().director());
                    ports.put("credhub", settings.ports().credhub());
                }
            }
        }
        ports.forEach((name, port) -> {
            try (var socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                throw new Fault(
                        ServerFault.MISSING_PREREQUISITE,
                        "Port %d is in use by another program: stop it ('ss -ltnp sport = :%d' names it), or give ports.%s another number in the file that OPENPKS_CONFIG names."
                                .formatted(port, port, name));
            }
        });
    }
}
