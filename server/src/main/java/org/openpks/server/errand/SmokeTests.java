package org.openpks.server.errand;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Directories;
import org.openpks.kernel.SecretFiles;

/// Makes a real cluster the way a user does, by the `pks` and `kubectl` commands, looks whether it works, and
/// removes it whatever happened.
public final class SmokeTests {

    /// Clusters of this errand begin so; what an errand that was killed left is removed by the next.
    private static final String PREFIX = "smoke-tests-";

    private static final String IMAGE = "registry.openpks.internal/probe:1";
    private static final String POD = "smoke";
    private static final String WAIT = "--wait";
    private static final String NO_QUESTIONS = "--non-interactive";
    private static final Pattern LEFTOVER = Pattern.compile("\"(" + PREFIX + "[0-9a-f]{8})\"");
    private static final Duration POLL = Duration.ofMillis(300);

    private final Tools tools;
    private final Login login;
    private final String plan;
    private final Duration limit;
    private final Report report;
    private final InstantSource clock;
    private final String cluster = PREFIX + UUID.randomUUID().toString().substring(0, 8);
    private final Path home;
    private final ReentrantLock cleaning = new ReentrantLock();
    private boolean clean;
    private volatile boolean asked;
    private volatile boolean stopped;
    private volatile @Nullable Process running;

    /// @param cache where `kubectl` finds the node software
    public record Tools(Path pks, Path kubectl, Path cache) {}

    /// @param password reaches `pks login` by its input
    public record Login(String api, String uaa, String user, String password, Path ca) {
        @Override
        public String toString() {
            return "Login[user=%s]".formatted(user);
        }
    }

    /// A step that did not go well; the message says which and why.
    private static final class StepFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StepFailed(String message) {
            super(message);
        }
    }

    private record Result(int code, String output) {}

    /// @param directory for credentials while it runs
    /// @param limit of each step
    public SmokeTests(
            Path directory, Tools tools, Login login, String plan, Duration limit, Report report, InstantSource clock) {
        this.home = directory;
        this.tools = tools;
        this.login = login;
        this.plan = plan;
        this.limit = limit;
        this.report = report;
        this.clock = clock;
    }

    /// Runs to the end, clean-up included.
    /// @return whether everything went well
    public boolean run() {
        // Ctrl-C and SIGTERM run hooks; the cluster must go then too.
        var hook = new Thread(this::stop, "smoke-tests-clean-up");
        Runtime.getRuntime().addShutdownHook(hook);
        boolean good = false;
        try {
            steps();
            good = true;
        } catch (StepFailed e) {
            report.line("FAILED  " + e.getMessage());
        } finally {
            good &= cleanUp();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends already, and the hook finds nothing to do.
        }
        report.line(good ? "The smoke tests passed." : "The smoke tests failed.");
        return good;
    }

    private void steps() {
        step("log in", this::logIn);
        step("remove what earlier smoke tests left", this::removeLeftovers);
        step("create the cluster %s of plan %s with one worker".formatted(cluster, plan), this::create);
        step("fetch credentials", () -> pks("get-credentials", cluster));
        step("see one node Ready", () -> awaitNodes(1));
        step("see that the credentials may do everything, and wrong ones nothing", this::checkCredentials);
        step("run a pod", this::runPod);
        step("resolve a service's name in the pod", this::resolve);
        step("scale to two workers", this::scale);
    }

    private void logIn() {
        removeHome();
        SecretFiles.createDirectories(home);
        good(result(
                login.password() + "\n",
                tools.pks(),
                "login",
                "-a",
                login.api(),
                "--uaa",
                login.uaa(),
                "-u",
                login.user(),
                "--ca-cert",
                login.ca().toString()));
    }

    private void create() {
        asked = true;
        pks("create-cluster", cluster, "-e", cluster + ".example.com", "-p", plan, "-n", "1", WAIT, NO_QUESTIONS);
    }

    private void runPod() {
        // The namespace's account comes a moment after the cluster.
        eventually("the pod is taken", () -> {
            var taken = kubectl("run", POD, "--image=" + IMAGE, "--restart=Never", "--command", "--", "probe", "serve");
            return taken.code() == 0 || taken.output().contains("already exists");
        });
        good(kubectl("wait", "--for=condition=Ready", "pod/" + POD, "--timeout=%ds".formatted(limit.toSeconds())));
    }

    private void resolve() {
        eventually("the name resolves", () -> {
            var found = kubectl("exec", POD, "--", "probe", "dns", "kubernetes.default.svc.cluster.local");
            return found.code() == 0 && found.output().strip().matches("[0-9.]+");
        });
    }

    private void scale() {
        pks("resize", cluster, "-n", "2", WAIT, NO_QUESTIONS);
        awaitNodes(2);
    }

    private void checkCredentials() {
        good(kubectl("auth", "can-i", "*", "*"));
        if (kubectl("--token", "wrong", "get", "namespaces").code() == 0) {
            throw new StepFailed("a wrong token is accepted");
        }
    }

    private void awaitNodes(int count) {
        eventually(
                "%d nodes are Ready".formatted(count),
                () -> kubectl("get", "nodes", "--no-headers")
                                .output()
                                .lines()
                                .filter(line -> line.matches("\\S+\\s+Ready\\s.*"))
                                .count()
                        == count);
    }

    private void removeLeftovers() {
        var left = LEFTOVER.matcher(pks("clusters", "--json").output());
        while (left.find()) {
            pks("delete-cluster", left.group(1), WAIT, NO_QUESTIONS);
        }
    }

    /// Removes the cluster and the credentials, once.
    /// @return false when something may be left
    private boolean cleanUp() {
        cleaning.lock();
        try {
            boolean gone = clean || !asked || deleted();
            clean = true;
            removeHome();
            return gone;
        } finally {
            cleaning.unlock();
        }
    }

    private boolean deleted() {
        var begin = clock.instant();
        String problem;
        try {
            if (result("", tools.pks(), "cluster", cluster).output().contains("not found")) {
                return true;
            }
            var deletion = result("", tools.pks(), "delete-cluster", cluster, WAIT, NO_QUESTIONS);
            if (deletion.code() == 0) {
                report.line("ok      delete the cluster (%s)".formatted(seconds(begin)));
                return true;
            }
            problem = lastLine(deletion);
        } catch (StepFailed e) {
            problem = String.valueOf(e.getMessage());
        }
        report.line(
                "FAILED  delete the cluster: %s. 'pks delete-cluster %s' tries it again.".formatted(problem, cluster));
        return false;
    }

    /// For the end of the process.
    private void stop() {
        stopped = true;
        var process = running;
        if (process != null) {
            process.destroy();
        }
        report.line("Interrupted; removing what was made.");
        cleanUp();
    }

    private void removeHome() {
        try {
            Directories.delete(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void step(String what, Runnable action) {
        var begin = clock.instant();
        try {
            action.run();
            report.line("ok      %s (%s)".formatted(what, seconds(begin)));
        } catch (StepFailed e) {
            throw new StepFailed(what + ": " + (stopped ? "interrupted" : e.getMessage()));
        }
    }

    private String seconds(Instant begin) {
        return String.format(
                Locale.ROOT, "%.1f s", Duration.between(begin, clock.instant()).toMillis() / 1000.0);
    }

    private void eventually(String what, BooleanSupplier condition) {
        var deadline = clock.instant().plus(limit);
        while (!condition.getAsBoolean()) {
            if (stopped || clock.instant().isAfter(deadline)) {
                throw new StepFailed("within %d s this did not come true: %s".formatted(limit.toSeconds(), what));
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StepFailed("interrupted");
            }
        }
    }

    private Result pks(String... words) {
        var result = result("", tools.pks(), words);
        good(result);
        return result;
    }

    private Result kubectl(String... words) {
        var all = new ArrayList<>(List.of("--context", cluster));
        all.addAll(List.of(words));
        return result("", tools.kubectl(), all.toArray(String[]::new));
    }

    private static void good(Result result) {
        if (result.code() != 0) {
            throw new StepFailed(lastLine(result));
        }
    }

    private static String lastLine(Result result) {
        return result.output()
                .strip()
                .lines()
                .reduce((first, second) -> second)
                .orElse("it ended with " + result.code());
    }

    private Result result(String input, Path program, String... words) {
        var command = new ArrayList<String>();
        command.add(program.toString());
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "PKS_HOME", home.resolve("pks").toString(),
                        "KUBECONFIG", home.resolve("kubeconfig").toString(),
                        "OPENPKS_CACHE", tools.cache().toString()));
        try {
            var process = builder.start();
            running = process;
            try {
                var output = CompletableFuture.supplyAsync(() -> read(process), Thread::startVirtualThread);
                try (var stdin = process.getOutputStream()) {
                    stdin.write(input.getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    // It ended without reading; its output tells why.
                }
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new StepFailed("no end within %d s".formatted(limit.toSeconds()));
                }
                return new Result(process.exitValue(), output.join());
            } finally {
                process.destroy();
                running = null;
            }
        } catch (IOException e) {
            throw new StepFailed("%s does not start: %s".formatted(program, e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailed("interrupted");
        }
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
