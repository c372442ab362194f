package org.openpks.director.task;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openpks.director.fault.BoshErrors;
import org.openpks.kernel.Fault;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes event lines as JSON, one object a line.
final class JsonEventLog implements EventLog {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final LineFile file;
    private final InstantSource clock;

    JsonEventLog(LineFile file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    @Override
    public Stage stage(String name, List<String> tags, @Nullable Integer total) {
        return new JsonStage(name, List.copyOf(tags), total);
    }

    @Override
    public void warning(String message) {
        var line = line();
        line.put("type", "warning");
        line.put("message", message);
        write(line);
    }

    /// The last line of a task that failed.
    void failure(int number, String message) {
        var line = line();
        line.putObject("error").put("code", number).put("message", message);
        write(line);
    }

    /// `time` is whole seconds, as bosh clients read it; `time_ms`, which they pass over, lets ours tell where the
    /// time went.
    private ObjectNode line() {
        var now = clock.instant();
        return JSON.createObjectNode().put("time", now.getEpochSecond()).put("time_ms", now.toEpochMilli());
    }

    private void write(ObjectNode line) {
        file.add(JSON.writeValueAsString(line));
    }

    /// What a reader may know of a failure: a fault's sentence, and of anything else only its kind.
    static String messageOf(Throwable failure) {
        return failure instanceof Fault fault
                ? fault.userMessage()
                : "The director failed unexpectedly (" + failure.getClass().getSimpleName() + "); its log says more.";
    }

    static int numberOf(Throwable failure) {
        return failure instanceof Fault fault ? BoshErrors.number(fault.code()) : BoshErrors.GENERIC;
    }

    private final class JsonStage implements Stage {
        private final String name;
        private final List<String> tags;
        private final @Nullable Integer total;
        private final AtomicInteger count = new AtomicInteger();

        JsonStage(String name, List<String> tags, @Nullable Integer total) {
            this.name = name;
            this.tags = tags;
            this.total = total;
        }

        @Override
        public <T> T step(String task, StepBody<T> body) throws Exception {
            int index = count.incrementAndGet();
            write(step(task, index, "started", 0));
            T value;
            try {
                value = body.run(status -> {
                    var line = step(task, index, "in_progress", 50);
                    line.putObject("data").put("status", status);
                    write(line);
                });
            } catch (Exception e) {
                var line = step(task, index, "failed", 100);
                line.putObject("data").put("error", messageOf(e));
                write(line);
                throw e;
            }
            write(step(task, index, "finished", 100));
            return value;
        }

        private ObjectNode step(String task, int index, String state, int progress) {
            var line = line();
            line.put("stage", name);
            var list = line.putArray("tags");
            tags.forEach(list::add);
            line.put("total", total);
            line.put("task", task);
            line.put("index", index);
            line.put("state", state);
            line.put("progress", progress);
            return line;
        }
    }
}
