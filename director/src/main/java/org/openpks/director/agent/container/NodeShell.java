package org.openpks.director.agent.container;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.openpks.director.agent.AgentFaultCode;
import org.openpks.director.cpi.container.ContainerCpiSettings;
import org.openpks.director.cpi.container.NodeDirectory;
import org.openpks.director.cpi.host.Cgroups;
import org.openpks.director.cpi.host.Command;
import org.openpks.kernel.Fault;

/// Runs programs in a node, in its namespaces and in its control group. `nsenter` takes some milliseconds where
/// `runc exec` takes a hundred.
final class NodeShell {

    /// Where scripts in a node look for their tools; `monit` finds its control file this way.
    private static final String PATH = "/var/vcap/bosh/bin:" + Command.PATH;

    // moves itself into the group first: what it becomes then, and all its children, count for the node and end with it
    private static final String JOIN =
            "groups=$1; shift; for group in $groups; do echo $$ > \"$group\"; done 2> /dev/null; exec \"$@\"";

    private static final Duration BOOT = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofMillis(3);

    private final ContainerCpiSettings settings;
    private final NodeDirectory node;

    NodeShell(ContainerCpiSettings settings, NodeDirectory node) {
        this.settings = settings;
        this.node = node;
    }

    /// @param environment all that the program gets besides a path; may hold secrets
    Command.Result run(List<String> words, Map<String, String> environment, Duration timeout) {
        long pid = booted();
        var groups = Cgroups.detect().entrances(settings.cgroup(node.cid())).stream()
                .map(Path::toString)
                .collect(Collectors.joining(" "));
        var all = new ArrayList<>(List.of("sh", "-c", JOIN, "sh", groups, "setsid", "--wait", "nsenter"));
        all.addAll(List.of("--target", String.valueOf(pid), "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup"));
        all.addAll(words);
        var variables = new HashMap<>(Map.of("PATH", PATH, "HOME", "/root", "LANG", "C.UTF-8"));
        variables.putAll(environment);
        return Command.of(all).with(variables).within(timeout).run();
    }

    /// Waits until the node is booted, which takes some 20 ms on a quiet machine.
    private long booted() {
        var deadline = System.nanoTime() + BOOT.toNanos();
        while (true) {
            long pid = node.initPid().orElseThrow(() -> unresponsive(node));
            if (Files.exists(node.bootedFile())) {
                return pid;
            }
            if (System.nanoTime() > deadline) {
                throw unresponsive(node);
            }
            ContainerAgent.pause(LOOK);
        }
    }

    static Fault unresponsive(NodeDirectory node) {
        return new Fault(
                AgentFaultCode.MACHINE_UNRESPONSIVE,
                "The machine %s does not run; recreate it.".formatted(node.cid()),
                "vm=" + node.cid());
    }
}
