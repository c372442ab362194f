package org.openpks.broker.instance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openpks.bosh.Director;
import org.openpks.bosh.Task;
import org.openpks.kernel.Fault;

/// Finds the sentence that says why a task failed: the step, the instance and the job, and what it or an errand
/// printed last.
final class FailureCause {

    private static final int LONGEST = 1200;
    private static final int LAST_LINES = 3;
    private static final String LOG_TAIL = "last lines of ";

    private final Director director;

    FailureCause(Director director) {
        this.director = director;
    }

    String of(Task task) {
        var parts = new ArrayList<String>();
        try {
            parts.addAll(steps(task.id()));
            logTail(task.id()).ifPresent(parts::add);
            parts.addAll(errands(task.id()));
        } catch (Fault e) {
            // The task's own result must do.
        }
        if (parts.isEmpty()) {
            parts.add(Optional.ofNullable(task.result())
                    .filter(text -> !text.isBlank())
                    .orElse("task %d ended in state %s".formatted(task.id(), task.state())));
        }
        var text = String.join("; ", parts);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    private List<String> steps(long task) {
        var failed = new ArrayList<String>();
        var end = "";
        for (var event : director.events(task)) {
            if (event.error() != null) {
                end = Optional.ofNullable(event.error().message()).orElse("");
            } else if ("failed".equals(event.state())) {
                var error = event.data() == null ? null : event.data().get("error");
                failed.add("%s %s: %s".formatted(event.stage(), event.task(), error == null ? "failed" : error));
            }
        }
        var last = end;
        if (!last.isBlank() && failed.stream().noneMatch(step -> step.contains(last))) {
            failed.add(last);
        }
        return failed.stream().distinct().limit(5).toList();
    }

    /// Our Director writes the end of a failed job's log, without secrets, to the end of the task's debug log. Others
    /// do not; then the step must do.
    private Optional<String> logTail(long task) {
        var debug = director.output(task, Director.Output.DEBUG, 0);
        int from = debug.lastIndexOf(LOG_TAIL);
        if (from < 0) {
            return Optional.empty();
        }
        var lines = debug.substring(from)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        var tail = lines.subList(Math.max(1, lines.size() - LAST_LINES), lines.size());
        return tail.isEmpty()
                ? Optional.empty()
                : Optional.of(lines.getFirst() + " " + String.join(" | ", tail).replaceAll("\\)$", ""));
    }

    private List<String> errands(long task) {
        return director.errandResults(task).stream()
                .filter(result -> result.exitCode() != 0)
                .map(result -> {
                    var where = result.instance() == null
                            ? ""
                            : " on %s/%s"
                                    .formatted(
                                            result.instance().group(),
                                            result.instance().id());
                    var output = Optional.ofNullable(result.stderr())
                            .filter(text -> !text.isBlank())
                            .or(() -> Optional.ofNullable(result.stdout()))
                            .orElse("");
                    var lines = output.strip().lines().toList();
                    var tail = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
                    return "errand %s%s ended with exit code %d: %s"
                            .formatted(result.errandName(), where, result.exitCode(), String.join(" | ", tail));
                })
                .toList();
    }
}
