package org.openpks.director.task;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.openpks.director.fault.DirectorFault;
import org.openpks.kernel.Fault;
import org.springframework.stereotype.Component;

/// Tasks in the database, run by the [TaskRunner] of this process or of another director.
@Component
class JdbcTasks implements Tasks {

    private final TaskTable table;
    private final TaskRunner runner;
    private final TaskOutput output;
    private final InstantSource clock;

    JdbcTasks(TaskTable table, TaskRunner runner, TaskOutput output, InstantSource clock) {
        this.table = table;
        this.runner = runner;
        this.output = output;
        this.clock = clock;
    }

    @Override
    public long enqueue(Request request) {
        if (!runner.knows(request.type())) {
            throw new Fault(
                    DirectorFault.UNSUPPORTED,
                    "This director does not support tasks of type '" + request.type() + "'.");
        }
        long id = table.insert(request);
        runner.wake();
        return id;
    }

    @Override
    public Optional<Task> find(long id) {
        return table.find(id);
    }

    @Override
    public List<Task> find(Query query) {
        return table.find(query);
    }

    @Override
    public Optional<TaskState> cancel(long id) {
        // The state may change between look and step; each round deals with the state that it found.
        for (int round = 0; round < 10; round++) {
            var state = table.state(id).orElseThrow(() -> unknown(id));
            switch (state) {
                case QUEUED -> {
                    if (table.cancelQueued(id, "Task " + id + " cancelled")) {
                        try (var logs = output.open(id)) {
                            var fault = TaskCancellation.fault(id);
                            new JsonEventLog(logs.event(), clock)
                                    .failure(JsonEventLog.numberOf(fault), fault.userMessage());
                        }
                        return Optional.empty();
                    }
                }
                case PROCESSING -> {
                    if (table.move(id, TaskState.PROCESSING, TaskState.CANCELLING)) {
                        runner.interrupt(id);
                        return Optional.empty();
                    }
                }
                case CANCELLING, DONE, ERROR, CANCELLED, TIMEOUT -> {
                    return Optional.of(state);
                }
            }
        }
        return table.state(id);
    }

    @Override
    public List<Lock> locks() {
        return table.locks();
    }

    static Fault unknown(long id) {
        return new Fault(DirectorFault.TASK_UNKNOWN, "Task " + id + " not found");
    }
}
