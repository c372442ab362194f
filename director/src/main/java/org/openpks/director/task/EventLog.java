package org.openpks.director.task;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The event lines of a task, as `bosh task` prints them (bosh-cli, `ui/task`). Safe for use by many threads.
public interface EventLog {

    /// Begins a stage. Steps of one stage count from 1.
    Stage stage(String name, List<String> tags, @Nullable Integer total);

    /// A line of type `warning`.
    void warning(String message);

    interface Stage {
        /// Runs a step between its `started` and its `finished` or `failed` line; a failure is passed on.
        /// @param body receives a function that reports a status, written as an `in_progress` line
        <T> T step(String task, StepBody<T> body) throws Exception;

        default void step(String task, Callable<Void> body) throws Exception {
            step(task, status -> body.call());
        }
    }

    @FunctionalInterface
    interface StepBody<T> {
        T run(Consumer<String> status) throws Exception;
    }
}
