package org.openpks.director.agent.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.openpks.director.agent.Agent;
import org.openpks.director.agent.AgentFaultCode;
import org.openpks.director.cpi.CpiFaultCode;
import org.openpks.director.cpi.container.ContainerCpiSettings;
import org.openpks.director.cpi.container.NodeDirectory;
import org.openpks.director.cpi.container.NodeFiles;
import org.openpks.director.cpi.container.Packages;
import org.openpks.director.cpi.host.Command;
import org.openpks.kernel.Fault;

/// The agent of a container node.
///
/// Files are written straight into the node's directories, packages are mounted from outside, scripts run by
/// `nsenter`, and monit is asked through its socket. Nothing of it runs in the node, so there is nothing to update
/// there and nothing to wait for.
final class ContainerAgent implements Agent {

    /// Scripts of a job have no limit in BOSH; a day keeps a forgotten one from holding a task for ever.
    private static final Duration NO_LIMIT = Duration.ofDays(1);

    private static final int TAIL_BYTES = 64 * 1024;
    private static final int FAULT_LINES = 5;

    private final NodeDirectory node;
    private final NodeShell shell;
    private final JobFiles jobs;
    private final Services services;
    private final Vitals vitals;

    ContainerAgent(ContainerCpiSettings settings, NodeDirectory node, InstantSource clock) {
        this.node = node;
        this.shell = new NodeShell(settings, node);
        this.jobs = new JobFiles(node);
        this.services = new Services(settings, node, shell, jobs);
        this.vitals = new Vitals(settings, node, clock);
    }

    @Override
    public void apply(ApplySpec spec) {
        require();
        try {
            var instance = node.vcap().resolve("instance");
            for (var entry : Map.of(
                            "id", spec.id(),
                            "name", spec.group(),
                            "deployment", spec.deployment(),
                            "az", spec.az(),
                            "index", String.valueOf(spec.index()))
                    .entrySet()) {
                Files.writeString(NodeFiles.target(node.vcap(), instance.resolve(entry.getKey())), entry.getValue());
            }
            Packages.set(node, spec.packages());
            jobs.set(spec.jobs());
            writeHosts(spec.hosts());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot put jobs into " + node.cid(), e);
        }
    }

    @Override
    public void runScript(String name, Map<String, String> env) {
        var having = jobs.withScript(name);
        if (having.isEmpty()) {
            return;
        }
        var words = new ArrayList<>(List.of("/var/vcap/bosh/bin/run-scripts", name));
        words.addAll(having);
        var result = shell.run(words, env, NO_LIMIT);
        var codes = new HashMap<String, Integer>();
        result.stdout()
                .lines()
                .map(line -> line.split(" "))
                .filter(field -> field.length == 2)
                .forEach(field -> codes.put(field[0], Integer.valueOf(field[1])));
        var failed =
                having.stream().filter(job -> codes.getOrDefault(job, -1) != 0).toList();
        if (!failed.isEmpty()) {
            var job = failed.getFirst();
            var last = tail(node.logs().resolve(job).resolve(name + ".stderr.log"), FAULT_LINES);
            throw new Fault(
                    AgentFaultCode.SCRIPT_FAILED,
                    "%d of %d %s scripts failed: %s. Last lines of %s: %s"
                            .formatted(
                                    failed.size(),
                                    having.size(),
                                    name,
                                    String.join(", ", failed),
                                    job,
                                    last.isBlank()
                                            ? "(no output)"
                                            : last.strip().replace("\n", " / ")),
                    "vm=%s exits=%s %s"
                            .formatted(node.cid(), codes, result.stderr().strip()));
        }
    }

    @Override
    public void drain(String kind, Map<String, String> env) {
        var having = jobs.withScript("drain");
        if (having.isEmpty()) {
            return;
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var drains = new ArrayList<Future<?>>();
            having.forEach(job -> drains.add(threads.submit(() -> drainJob(job, kind, env))));
            try {
                for (var drain : drains) {
                    drain.get();
                }
            } catch (InterruptedException e) {
                // The scripts end with the wish to go on: leaving the block would wait for them.
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new Fault(AgentFaultCode.DRAIN_FAILED, "Interrupted while jobs drain.", "", e);
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Fault fault ? fault : new IllegalStateException(e.getCause());
        }
    }

    private void drainJob(String job, String kind, Map<String, String> env) {
        var action = kind;
        while (true) {
            var result =
                    shell.run(List.of("/var/vcap/jobs/" + job + "/bin/drain", action, "hash_unchanged"), env, NO_LIMIT);
            append(job, "drain.stderr.log", result.stderr());
            append(job, "drain.stdout.log", result.stdout());
            if (result.exitCode() != 0) {
                throw drainFailed(job, "ended with code " + result.exitCode(), result);
            }
            int seconds;
            try {
                seconds = Integer.parseInt(result.stdout().strip());
            } catch (NumberFormatException e) {
                throw drainFailed(job, "printed no number", result);
            }
            pause(Duration.ofSeconds(Math.abs((long) seconds)));
            if (seconds >= 0) {
                return;
            }
            action = "job_check_status";
        }
    }

    private Fault drainFailed(String job, String how, Command.Result result) {
        var lines = result.stderr().strip().lines().toList();
        return new Fault(
                AgentFaultCode.DRAIN_FAILED,
                "The drain script of %s %s. %s"
                        .formatted(
                                job,
                                how,
                                String.join(
                                        " / ", lines.subList(Math.max(0, lines.size() - FAULT_LINES), lines.size()))),
                "vm=" + node.cid());
    }

    private void append(String job, String name, String text) {
        if (text.isEmpty()) {
            return;
        }
        try {
            var file = NodeFiles.target(node.vcap(), node.logs().resolve(job).resolve(name));
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new IOException(file + " is no regular file");
            }
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the log of " + job, e);
        }
    }

    @Override
    public void start() {
        require();
        services.start();
    }

    @Override
    public void stop() {
        require();
        services.stop();
    }

    @Override
    public boolean machineRuns() {
        return node.exists() && node.initPid().isPresent();
    }

    @Override
    public State state() {
        if (!machineRuns()) {
            return new State("unresponsive agent", List.of(), Map.of());
        }
        try {
            return services.state(vitals.read());
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            return new State("unresponsive agent", List.of(), Map.of());
        }
    }

    @Override
    public ErrandResult runErrand(String job, Duration timeout) {
        require();
        if (!jobs.withScript("run").contains(job)) {
            throw new Fault(
                    AgentFaultCode.JOB_UNKNOWN,
                    "The machine has no errand %s.".formatted(job),
                    "vm=%s jobs=%s".formatted(node.cid(), jobs.names()));
        }
        return exec(List.of("/var/vcap/jobs/" + job + "/bin/run"), timeout);
    }

    @Override
    public ErrandResult exec(List<String> command, Duration timeout) {
        require();
        try {
            var result = shell.run(command, Map.of(), timeout);
            return new ErrandResult(result.exitCode(), result.stdout(), result.stderr());
        } catch (Fault e) {
            if (e.code() != CpiFaultCode.HOST_TIMEOUT) {
                throw e;
            }
            throw new Fault(
                    AgentFaultCode.PROGRAM_TIMEOUT,
                    "%s did not end within %d s.".formatted(command.getFirst(), timeout.toSeconds()),
                    "vm=" + node.cid(),
                    e);
        }
    }

    @Override
    public String logTail(String job, int lines) {
        var directory = node.logs().resolve(job);
        if (job.contains("/") || !Files.isDirectory(directory)) {
            return "";
        }
        try (var entries = Files.list(NodeFiles.target(node.vcap(), directory))) {
            var files = entries.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted(Comparator.comparing((Path file) ->
                                    !file.getFileName().toString().contains("stderr"))
                            .thenComparing(Comparator.comparing(ContainerAgent::modified)
                                    .reversed()))
                    .toList();
            var text = new StringBuilder();
            int left = lines;
            for (var file : files) {
                var part = tail(file, left);
                text.append(part);
                left -= (int) part.lines().count();
                if (left <= 0) {
                    break;
                }
            }
            return text.toString();
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public Path fetchLogs(Path into) {
        require();
        var target = Files.isDirectory(into) ? into.resolve(node.cid() + ".tgz") : into;
        var result = Command.of("tar", "--create", "--gzip", "--file=" + target, "--directory=" + logs(), ".")
                .within(Duration.ofMinutes(10))
                .run();
        // 1: a log grew while it was read
        if (result.exitCode() > 1) {
            throw new Fault(
                    CpiFaultCode.HOST_FAILED,
                    "The logs of %s cannot be packed.".formatted(node.cid()),
                    result.stderr().strip());
        }
        return target;
    }

    private Path logs() {
        try {
            return NodeFiles.target(node.vcap(), node.logs());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the logs of " + node.cid(), e);
        }
    }

    private void writeHosts(Map<String, List<String>> hosts) throws IOException {
        var lines = new StringBuilder();
        hosts.forEach((address, names) -> lines.append(address)
                .append(' ')
                .append(String.join(" ", names))
                .append('\n'));
        // through the mounted root, which the running node shares; the layer below it is not to be touched while it is
        // mounted
        var top = Files.isDirectory(node.rootfs().resolve("etc")) ? node.rootfs() : node.upper();
        var etc = NodeFiles.target(top, top.resolve("etc"));
        var text = node.hosts(lines.toString());
        var file = etc.resolve("hosts");
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && NodeFiles.read(top, file).equals(text)) {
            return;
        }
        var temporary = etc.resolve(".hosts.new");
        Files.deleteIfExists(temporary);
        Files.writeString(temporary, text, StandardOpenOption.CREATE_NEW);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void require() {
        if (!node.exists() || node.initPid().isEmpty()) {
            throw NodeShell.unresponsive(node);
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private String tail(Path file, int lines) {
        try (var channel = NodeFiles.open(node.vcap(), file)) {
            long size = channel.size();
            int length = (int) Math.min(size, TAIL_BYTES);
            channel.position(size - length);
            var buffer = ByteBuffer.allocate(length);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
            var all = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            var last = all.subList(Math.max(0, all.size() - lines), all.size());
            return last.isEmpty() ? "" : String.join("\n", last) + "\n";
        } catch (IOException e) {
            return "";
        }
    }

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(AgentFaultCode.MACHINE_UNRESPONSIVE, "Interrupted while waiting for a machine.", "", e);
        }
    }
}
