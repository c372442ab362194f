package org.openpks.broker.instance;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.bosh.Director;
import org.openpks.bosh.Task;
import org.openpks.bosh.TaskEvent;
import org.openpks.osb.LastOperation.State;
import org.openpks.osb.OperationSteps;

/// Turns the event logs of an operation's tasks into steps. The position counts events, so that nothing has to be
/// remembered: the same logs always give the same numbers, and logs only grow.
final class Steps {

    private final Director director;

    Steps(Director director) {
        this.director = director;
    }

    OperationSteps of(String contextId, int since) {
        var tasks = director.tasksOfContext(contextId).stream()
                .sorted(Comparator.comparingLong(Task::id))
                .toList();
        return of(tasks, since);
    }

    /// What a task is doing now, for example `Updating instance master: master/1f2e (0) (executing pre-start)`.
    Optional<String> current(Task task) {
        return of(List.of(task), 0).steps().stream()
                .filter(step -> step.state() == State.IN_PROGRESS)
                .reduce((earlier, later) -> later)
                .map(step -> "%s: %s%s"
                        .formatted(step.stage(), step.task(), step.detail() == null ? "" : " (" + step.detail() + ")"));
    }

    private OperationSteps of(List<Task> tasks, int since) {
        var steps = new ArrayList<Step>();
        int position = 0;
        for (var task : tasks) {
            var open = new LinkedHashMap<String, Step>();
            for (var event : director.events(task.id())) {
                position++;
                apply(event, position, task, steps, open);
            }
        }
        int from = Math.max(0, since);
        var changed = steps.stream()
                .filter(step -> step.position > from)
                .map(Step::toWire)
                .toList();
        return new OperationSteps(changed, position);
    }

    private static void apply(TaskEvent event, int position, Task task, List<Step> steps, Map<String, Step> open) {
        if (event.error() != null) {
            var message = Optional.ofNullable(event.error().message()).orElse("");
            if (steps.stream()
                    .noneMatch(step ->
                            step.state == State.FAILED && step.detail != null && step.detail.contains(message))) {
                var step = new Step(steps.size(), "Error", task.description());
                step.fail(message, event.instant());
                step.position = position;
                steps.add(step);
            }
            return;
        }
        if (event.stage() == null || event.task() == null || event.state() == null) {
            return;
        }
        var stage = event.tags() == null || event.tags().isEmpty()
                ? event.stage()
                : event.stage() + " " + String.join(", ", event.tags());
        // The key stays open after the end: a finished step may be reported again only by a new start.
        var key = stage + "\n" + event.task();
        var known = open.get(key);
        var step = known;
        if (step == null || ("started".equals(event.state()) && step.finishedAt != null)) {
            step = new Step(steps.size(), stage, event.task());
            step.startedAt = event.instant();
            steps.add(step);
            open.put(key, step);
        }
        step.position = position;
        switch (event.state()) {
            case "finished" -> step.finish(event.instant());
            case "failed" -> step.fail(text(event, "error").orElse("failed"), event.instant());
            default -> text(event, "status").ifPresent(step::status);
        }
    }

    private static Optional<String> text(TaskEvent event, String key) {
        return Optional.ofNullable(event.data()).map(data -> data.get(key)).map(String::valueOf);
    }

    private static final class Step {
        private final int index;
        private final String stage;
        private final String task;
        private State state = State.IN_PROGRESS;
        private @Nullable Instant startedAt;
        private @Nullable Instant finishedAt;
        private @Nullable String detail;
        private int position;

        Step(int index, String stage, String task) {
            this.index = index;
            this.stage = stage;
            this.task = task;
        }

        void status(String text) {
            detail = text;
        }

        void finish(Instant at) {
            state = State.SUCCEEDED;
            finishedAt = at;
            detail = null;
        }

        void fail(String why, Instant at) {
            state = State.FAILED;
            startedAt = startedAt == null ? at : startedAt;
            finishedAt = at;
            detail = why;
        }

        OperationSteps.Step toWire() {
            return new OperationSteps.Step(index, stage, task, state, startedAt, finishedAt, detail);
        }
    }
}
