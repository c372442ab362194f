package org.openpks.cli.watch;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.openpks.cli.api.Cluster;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.api.Progress;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.failure.Unreachable;
import org.openpks.cli.terminal.Terminal;

/// Waits until an operation on a cluster has ended. Ctrl-C ends the waiting, not the operation.
public final class Watch {
    /// What is waited for.
    public enum Operation {
        CREATE("Creating"),
        UPDATE("Updating"),
        UPGRADE("Upgrading"),
        DELETE("Deleting");

        private final String verb;

        Operation(String verb) {
            this.verb = verb;
        }

        /// The operation that the API calls so.
        public static Operation of(String action) {
            return Arrays.stream(values())
                    .filter(operation -> operation.name().equalsIgnoreCase(action))
                    .findFirst()
                    .orElseThrow(() -> new Failure("The PKS API names an unknown action: %s".formatted(action)));
        }
    }

    private static final Duration TICK = Duration.ofMillis(200);
    /// A control plane that restarts is back within this time; the operation outlives it.
    private static final Duration OUTAGE = Duration.ofMinutes(2);

    private final PksApi api;
    private final Terminal terminal;
    private final ClusterName name;
    private final Operation operation;
    private final StepView view;
    private long since;
    private boolean tellsSteps = true;
    private boolean over;

    /// @param toError the steps go to standard error, because standard output is for the result
    public Watch(PksApi api, Terminal terminal, ClusterName name, Operation operation, boolean toError) {
        this.api = api;
        this.terminal = terminal;
        this.name = name;
        this.operation = operation;
        var title = "%s cluster %s".formatted(operation.verb, name);
        if (toError) {
            this.view = new PlainSteps(terminal::printError, Watch::millis);
        } else if (terminal.kind().output()) {
            this.view = new LiveSteps(title, terminal::write, terminal.kind(), terminal.drawsSymbols(), Watch::millis);
        } else {
            this.view = new PlainSteps(terminal::print, Watch::millis);
        }
    }

    /// Waits, and returns the cluster as it is then; nothing when it has been deleted. Fails with the operation's
    /// own words when it failed.
    public Optional<Cluster> await() {
        try (var detach = Detach.onInterrupt(
                terminal,
                "No longer waiting; the operation goes on. Use 'pks cluster %s' to monitor the state of your cluster"
                        .formatted(name))) {
            try {
                return poll();
            } finally {
                view.end();
            }
        }
    }

    private Optional<Cluster> poll() {
        long begin = millis();
        long due = begin;
        long answered = begin;
        while (true) {
            if (millis() >= due) {
                try {
                    var outcome = look();
                    answered = millis();
                    if (outcome.isPresent()) {
                        return outcome.get();
                    }
                } catch (Unreachable e) {
                    if (millis() - answered > OUTAGE.toMillis()) {
                        throw new Failure(
                                String.valueOf(e.getMessage()),
                                "The operation may still go on. Use 'pks cluster %s' to monitor the state of your cluster"
                                        .formatted(name));
                    }
                    view.status("The PKS API does not answer; trying again");
                }
                due = millis() + interval(millis() - begin);
            }
            view.tick();
            pause();
        }
    }

    /// Short operations are seen at once; long ones need no five questions a second.
    private static long interval(long age) {
        return age < 60_000 ? 200 : age < 180_000 ? 500 : 1000;
    }

    /// One look at the operation: its result when it is over (the inner value is empty for a deleted cluster).
    private Optional<Optional<Cluster>> look() {
        if (tellsSteps) {
            var progress = api.progress(name, since);
            if (progress.isPresent()) {
                show(progress.get());
                if (!over) {
                    return Optional.empty();
                }
            }
            return judge(progress.isPresent());
        }
        return judge(false);
    }

    private void show(Progress progress) {
        if (!progress.operation().equalsIgnoreCase(operation.name())) {
            over = true;
            return;
        }
        since = progress.next();
        view.steps(progress.steps());
        over = progress.over();
    }

    private Optional<Optional<Cluster>> judge(boolean toldSteps) {
        var found = api.findCluster(name);
        if (found.isEmpty()) {
            if (operation == Operation.DELETE) {
                return Optional.of(Optional.empty());
            }
            throw new Failure("Cluster %s not found".formatted(name));
        }
        var cluster = found.get();
        tellsSteps = tellsSteps && toldSteps;
        if (!cluster.lastAction().equalsIgnoreCase(operation.name())) {
            throw new Failure("Another operation on cluster %s has begun: %s, %s."
                    .formatted(name, cluster.lastAction(), cluster.lastActionState()));
        }
        if (cluster.failed()) {
            throw new Failure(
                    cluster.lastActionDescription().isBlank()
                            ? "%s cluster %s failed".formatted(operation.verb, name)
                            : cluster.lastActionDescription());
        }
        if (cluster.succeeded() && operation != Operation.DELETE) {
            return Optional.of(found);
        }
        if (!toldSteps) {
            view.status(cluster.lastActionDescription());
        }
        return Optional.empty();
    }

    private static void pause() {
        try {
            Thread.sleep(TICK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted.", e);
        }
    }

    private static long millis() {
        return System.nanoTime() / 1_000_000;
    }
}
