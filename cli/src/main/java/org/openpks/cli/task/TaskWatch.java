package org.openpks.cli.task;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.openpks.cli.api.Task;
import org.openpks.cli.api.Tasks;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.failure.Unreachable;
import org.openpks.cli.json.Json;
import org.openpks.cli.terminal.Terminal;
import org.openpks.cli.terminal.Text;
import org.openpks.cli.watch.Detach;

/// Waits until an upgrade of several clusters has ended, and says what happens to each. Ctrl-C ends the waiting,
/// not the upgrade.
final class TaskWatch {
    private static final Duration PAUSE = Duration.ofMillis(500);
    /// A control plane that restarts is back within this time; the upgrade outlives it.
    private static final Duration OUTAGE = Duration.ofMinutes(2);

    private final Tasks tasks;
    private final Terminal terminal;
    private final Consumer<String> out;
    private final String id;
    private final Set<String> begun = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    private Task task;

    /// @param toError what happens goes to standard error, because standard output is for the result
    TaskWatch(Tasks tasks, Terminal terminal, Task task, boolean toError) {
        this.tasks = tasks;
        this.terminal = terminal;
        this.out = toError ? terminal::printError : terminal::print;
        this.id = task.id();
        this.task = task;
    }

    /// Returns the task as the API sent it last.
    Json await() {
        try (var detach = Detach.onInterrupt(
                terminal,
                "No longer waiting; the upgrade goes on. Use 'pks task %s' to see how far it is"
                        .formatted(Text.line(id)))) {
            long answered = System.nanoTime();
            while (true) {
                try {
                    var answer = tasks.get(id);
                    answered = System.nanoTime();
                    task = Task.of(answer);
                    tell();
                    if (task.over()) {
                        out.accept("Upgrade task %s is %s.".formatted(Text.line(id), Text.line(task.status())));
                        return answer;
                    }
                } catch (Unreachable e) {
                    if (System.nanoTime() - answered > OUTAGE.toNanos()) {
                        throw new Failure(
                                String.valueOf(e.getMessage()),
                                "The upgrade may still go on. Use 'pks task %s' to see how far it is"
                                        .formatted(Text.line(id)));
                    }
                }
                pause();
            }
        }
    }

    private void tell() {
        for (var cluster : task.clusters()) {
            var name = cluster.name();
            if (cluster.began() && begun.add(name)) {
                out.accept("Started upgrading cluster: " + Text.line(name));
            }
            if (cluster.ended() && ended.add(name)) {
                out.accept((cluster.succeeded() ? "Finished upgrading cluster: " : "Upgrading cluster failed: ")
                        + Text.line(name));
            }
        }
    }

    /// Fails when a cluster was not upgraded.
    void judge() {
        var left = task.clusters().stream()
                .filter(cluster -> !cluster.succeeded())
                .map(Task.ClusterUpgrade::name)
                .toList();
        if (!left.isEmpty()) {
            throw new Failure(
                    "Not upgraded: %s. 'pks cluster NAME' shows the cause.".formatted(String.join(", ", left)));
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted.", e);
        }
    }
}
