package org.openpks.director.deployment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.director.task.EventLog;
import org.openpks.director.task.TaskContext;

/// A task that keeps what it was told.
final class RecordingTask implements TaskContext, EventLog {

    final List<String> events = Collections.synchronizedList(new ArrayList<>());
    final List<String> debug = Collections.synchronizedList(new ArrayList<>());
    final List<String> results = Collections.synchronizedList(new ArrayList<>());

    @Override
    public long id() {
        return 1;
    }

    @Override
    public String user() {
        return "admin";
    }

    @Override
    public Optional<String> contextId() {
        return Optional.empty();
    }

    @Override
    public EventLog events() {
        return this;
    }

    @Override
    public void result(String line) {
        results.add(line);
    }

    @Override
    public void debug(String line) {
        debug.add(line);
    }

    @Override
    public void checkpoint() {}

    @Override
    public Stage stage(String name, List<String> tags, @Nullable Integer total) {
        return new Stage() {
            @Override
            public <T> T step(String task, StepBody<T> body) throws Exception {
                var label = name + tags + ": " + task.replaceAll("[0-9a-f]{8}-[-0-9a-f]{27}", "ID");
                events.add(label);
                return body.run(status -> events.add("  " + label + " - " + status));
            }
        };
    }

    @Override
    public void warning(String message) {
        events.add(message);
    }
}
