package org.openpks.director.agent.container;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openpks.director.agent.Agent.Process;
import org.openpks.director.agent.Agent.State;
import org.openpks.director.agent.AgentFaultCode;
import org.openpks.director.agent.monit.MonitClient;
import org.openpks.director.agent.monit.MonitFile;
import org.openpks.director.agent.monit.MonitStatus;
import org.openpks.director.cpi.container.ContainerCpiSettings;
import org.openpks.director.cpi.container.NodeDirectory;
import org.openpks.director.cpi.container.NodeFiles;
import org.openpks.director.cpi.host.Cgroups;
import org.openpks.director.cpi.host.Linux;
import org.openpks.kernel.Fault;
import org.openpks.kernel.SecretFiles;

/// A node's processes under monit.
///
/// monit starts services one after the other and takes 200 ms for each, so here their start programs run at once
/// and monit, which is then told of them, finds them running. From then on it supervises them as on any BOSH
/// machine. The files that monit includes are at the same time the note that the jobs shall run: stopping takes
/// them away, so that a reboot starts what was started and nothing else.
final class Services {

    private static final int HANGUP = 1;
    private static final int KILL = 9;
    private static final Duration LOOK = Duration.ofMillis(5);
    private static final Duration BUSY = Duration.ofSeconds(1);
    private static final Duration RELOAD = Duration.ofSeconds(20);
    private static final Duration START = Duration.ofMinutes(30);
    private static final Duration STOP = Duration.ofMinutes(5);

    private final ContainerCpiSettings settings;
    private final NodeDirectory node;
    private final NodeShell shell;
    private final JobFiles jobs;

    Services(ContainerCpiSettings settings, NodeDirectory node, NodeShell shell, JobFiles jobs) {
        this.settings = settings;
        this.node = node;
        this.shell = shell;
        this.jobs = jobs;
    }

    void start() {
        try {
            var wanted = jobs.monitFiles();
            var included = included();
            var names = names(wanted);
            if (!included.equals(wanted)) {
                var status = included.isEmpty() ? new MonitStatus(List.of()) : status();
                var up = status.services().stream()
                        .filter(service -> service.state().equals("running"))
                        .map(MonitStatus.Service::name)
                        .collect(Collectors.toSet());
                run(ServiceScripts.start(wanted, up), START);
                // for the next boot
                SecretFiles.write(NodeFiles.entry(node.vcap(), startFile()), ServiceScripts.start(wanted, Set.of()));
                include(wanted);
                reload(names);
            }
            var idle = status().services().stream()
                    .filter(service -> !service.state().equals("running")
                            && !service.state().equals("starting"))
                    .map(MonitStatus.Service::name)
                    .toList();
            client().act("start", idle);
        } catch (IOException e) {
            throw unresponsive(e);
        }
    }

    void stop() {
        try {
            var running = parse(included());
            Files.deleteIfExists(NodeFiles.entry(node.vcap(), startFile()));
            include(Map.of());
            reload(Set.of());
            runStopPrograms(running);
        } catch (IOException e) {
            throw unresponsive(e);
        }
    }

    State state(Map<String, Object> vitals) throws IOException {
        var wanted = names(jobs.monitFiles());
        if (!wanted.isEmpty() && included().isEmpty()) {
            var stopped = wanted.stream()
                    .map(name -> new Process(name, "stopped", 0, 0, 0, 0))
                    .toList();
            return new State("stopped", stopped, vitals);
        }
        var processes = status().services().stream()
                .map(service -> new Process(
                        service.name(),
                        service.state(),
                        service.uptimeSeconds(),
                        service.memoryKb(),
                        service.memoryPercent(),
                        service.cpuPercent()))
                .toList();
        return new State(jobState(processes), processes, vitals);
    }

    static String jobState(List<Process> processes) {
        if (processes.stream().anyMatch(process -> process.state().equals("starting"))) {
            return "starting";
        }
        return processes.stream().allMatch(process -> process.state().equals("running")) ? "running" : "failing";
    }

    private void runStopPrograms(List<MonitFile.Service> all) {
        if (all.isEmpty()) {
            return;
        }
        try {
            run(ServiceScripts.stop(all, STOP), STOP);
        } catch (Fault e) {
            throw new Fault(
                    AgentFaultCode.STOP_FAILED,
                    "The processes of a job did not end within %d minutes.".formatted(STOP.toMinutes()),
                    "vm=%s services=%s"
                            .formatted(
                                    node.cid(),
                                    all.stream().map(MonitFile.Service::name).toList()),
                    e);
        }
    }

    private void run(String script, Duration timeout) {
        shell.run(List.of("sh", "-c", script), Map.of(), timeout);
    }

    /// What monit is told of, by job.
    private Map<String, String> included() throws IOException {
        var files = new TreeMap<String, String>();
        try (var entries = Files.list(NodeFiles.target(node.vcap(), directory()))) {
            for (var file : entries.toList()) {
                var name = file.getFileName().toString();
                if (name.endsWith(SUFFIX)) {
                    files.put(name.substring(0, name.length() - SUFFIX.length()), NodeFiles.read(node.vcap(), file));
                }
            }
        }
        return files;
    }

    private static final String SUFFIX = ".monitrc";

    private void include(Map<String, String> files) throws IOException {
        for (var job : included().keySet()) {
            if (!files.containsKey(job)) {
                Files.deleteIfExists(NodeFiles.entry(node.vcap(), directory().resolve(job + SUFFIX)));
            }
        }
        for (var file : files.entrySet()) {
            var temporary = NodeFiles.entry(node.vcap(), directory().resolve("." + file.getKey()));
            Files.deleteIfExists(temporary);
            Files.writeString(temporary, file.getValue(), StandardOpenOption.CREATE_NEW);
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
            Files.move(
                    temporary,
                    temporary.resolveSibling(file.getKey() + SUFFIX),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Path startFile() {
        return node.monit().resolve("start.sh");
    }

    private Path directory() {
        return node.monit().resolve("job");
    }

    /// Makes monit read its files again, and returns when it has: its log says so, and its status names what is
    /// there now.
    private void reload(Set<String> names) throws IOException {
        var deadline = System.nanoTime() + RELOAD.toNanos();
        var log = node.monit().resolve("monit.log");
        status();
        long position = size(log);
        var pid = monitPid(deadline);
        Linux.kill(pid, HANGUP);
        var patience = System.nanoTime() + BUSY.toNanos();
        while (true) {
            // asking also wakes monit's server, which otherwise notices only after a second that it shall end
            var there = namesNow();
            var said = since(log, position);
            boolean read = said.contains("Monit reloaded") || said.contains("Starting Monit");
            if (read && there.equals(Optional.of(names))) {
                return;
            }
            if (!read && System.nanoTime() > patience) {
                // it waits for a process that does not come up, and does nothing else meanwhile; a new one reads the
                // files at once
                Linux.kill(pid, KILL);
                patience = Long.MAX_VALUE;
            }
            if (said.contains("error parsing")) {
                // without the files that it refuses, monit comes up again
                include(Map.of());
                throw invalid(said);
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("monit has not read its files again within " + RELOAD.toSeconds() + " s");
            }
            ContainerAgent.pause(LOOK);
        }
    }

    private Fault invalid(String said) {
        var reason = said.lines()
                .filter(line -> line.contains("syntax error"))
                .map(line -> line.replaceFirst("^\\[[^]]*]\\s*error\\s*:\\s*", ""))
                .findFirst()
                .orElse("see monit.log");
        return new Fault(
                AgentFaultCode.MONIT_FILE_INVALID, "monit does not accept a job's file: " + reason, "vm=" + node.cid());
    }

    private Optional<Set<String>> namesNow() {
        try {
            return Optional.of(Set.copyOf(client().status().names()));
        } catch (IOException e) {
            // its server is just being started again
            return Optional.empty();
        }
    }

    /// Asks monit, and waits a little for one that is just being started.
    private MonitStatus status() throws IOException {
        var deadline = System.nanoTime() + RELOAD.toNanos();
        while (true) {
            try {
                return client().status();
            } catch (IOException e) {
                if (System.nanoTime() > deadline || node.initPid().isEmpty()) {
                    throw e;
                }
                ContainerAgent.pause(LOOK);
            }
        }
    }

    private MonitClient client() throws IOException {
        return new MonitClient(
                node.monit().resolve("monit.sock"),
                NodeFiles.read(node.vcap(), node.monit().resolve("monit.user")));
    }

    /// The machine's number of the process that the node numbers as its monit says.
    private long monitPid(long deadline) throws IOException {
        while (true) {
            long init = node.initPid().orElseThrow(() -> NodeShell.unresponsive(node));
            var inside = read(Path.of("/proc/" + init + "/root/run/monit.pid")).map(String::strip);
            if (inside.isPresent()) {
                for (long pid : Cgroups.detect().processes(settings.cgroup(node.cid()))) {
                    if (read(Path.of("/proc/" + pid + "/status"))
                            .filter(status -> isMonit(status, inside.get()))
                            .isPresent()) {
                        return pid;
                    }
                }
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("monit does not run in " + node.cid());
            }
            ContainerAgent.pause(LOOK);
        }
    }

    private static boolean isMonit(String status, String pid) {
        return status.startsWith("Name:\tmonit\n")
                && status.lines().anyMatch(line -> line.startsWith("NSpid:") && line.endsWith("\t" + pid));
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static long size(Path log) throws IOException {
        try {
            return Files.size(log);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private String since(Path log, long position) throws IOException {
        try (var channel = NodeFiles.open(node.vcap(), log)) {
            channel.position(position);
            var buffer = ByteBuffer.allocate((int) Math.min(1 << 20, channel.size() - position));
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
        }
    }

    private static List<MonitFile.Service> parse(Map<String, String> files) {
        var services = new ArrayList<MonitFile.Service>();
        files.values().forEach(text -> services.addAll(MonitFile.parse(text).services()));
        return services;
    }

    private static Set<String> names(Map<String, String> files) {
        return new LinkedHashMap<>(parse(files).stream()
                        .collect(Collectors.toMap(MonitFile.Service::name, service -> service, (one, other) -> one)))
                .keySet();
    }

    private Fault unresponsive(IOException cause) {
        return new Fault(
                AgentFaultCode.MACHINE_UNRESPONSIVE,
                "monit of the machine %s does not answer; recreate the machine.".formatted(node.cid()),
                String.valueOf(cause.getMessage()),
                cause);
    }
}
