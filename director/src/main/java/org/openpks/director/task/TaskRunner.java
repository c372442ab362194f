package org.openpks.director.task;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.openpks.director.settings.DirectorSettings;
import org.openpks.kernel.Fault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/// Claims tasks and runs each on a virtual thread.
///
/// A task is started by the signal of its enqueueing; a look at the table every few seconds finds those of
/// directors that died and those that another director accepted. On stop running tasks are interrupted and keep
/// their state, so that the next director runs them again.
@Component
class TaskRunner implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(TaskRunner.class);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);
    private static final int RESULT_LENGTH = 128;

    private final TaskTable table;
    private final DirectorProcesses processes;
    private final TaskOutput output;
    private final TaskRetention retention;
    private final InstantSource clock;
    private final Duration lease;
    private final UUID director = UUID.randomUUID();
    private final SingletonSupplier<Map<String, TaskJob>> jobs;
    private final Semaphore slots;
    private final Semaphore signal = new Semaphore(0);
    private final Map<Long, Thread> running = new ConcurrentHashMap<>();
    private volatile boolean active;
    private volatile Thread dispatcher = Thread.currentThread();

    TaskRunner(
            TaskTable table,
            DirectorProcesses processes,
            TaskOutput output,
            TaskRetention retention,
            InstantSource clock,
            DirectorSettings settings,
            ObjectProvider<TaskJob> jobs) {
        this.table = table;
        this.processes = processes;
        this.output = output;
        this.retention = retention;
        this.clock = clock;
        this.lease = settings.taskLease();
        this.slots = new Semaphore(settings.maxTasks());
        // Jobs may enqueue tasks themselves, so they are looked up after everything is built.
        this.jobs =
                SingletonSupplier.of(() -> jobs.stream().collect(Collectors.toMap(TaskJob::type, Function.identity())));
    }

    boolean knows(String type) {
        return jobs.obtain().containsKey(type);
    }

    void wake() {
        signal.release();
    }

    /// Wakes a task that somebody cancelled from what it waits for, when it runs in this process.
    void interrupt(long task) {
        Optional.ofNullable(running.get(task)).ifPresent(Thread::interrupt);
    }

    @Override
    public void start() {
        processes.renew(director, lease);
        active = true;
        dispatcher = Thread.ofPlatform().name("tasks").daemon().start(this::dispatch);
    }

    @Override
    public void stop() {
        active = false;
        wake();
        try {
            dispatcher.join(STOP_PATIENCE);
            running.values().forEach(Thread::interrupt);
            var deadline = Instant.now().plus(STOP_PATIENCE);
            for (var thread : running.values()) {
                thread.join(Duration.between(Instant.now(), deadline).plusMillis(1));
            }
            processes.signOut(director);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // A database that is gone already must not keep the process from ending; the lease runs out by itself.
            log.atWarn().addKeyValue("cause", e.getMessage()).log("Could not sign the director out");
        }
    }

    @Override
    public boolean isRunning() {
        return active;
    }

    private void dispatch() {
        long renewEvery = Math.max(200, lease.toMillis() / 6);
        var renewed = Instant.EPOCH;
        while (active) {
            try {
                if (Duration.between(renewed, Instant.now()).toMillis() >= renewEvery) {
                    processes.renew(director, lease);
                    processes.removeDead();
                    renewed = Instant.now();
                    table.takeOver(director).forEach(this::launch);
                }
                table.claim(director, slots.availablePermits()).forEach(this::launch);
            } catch (RuntimeException e) {
                log.atWarn().addKeyValue("cause", e.getMessage()).log("Could not look for tasks");
            }
            try {
                if (signal.tryAcquire(renewEvery, TimeUnit.MILLISECONDS)) {
                    signal.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void launch(TaskTable.Claim claim) {
        slots.acquireUninterruptibly();
        var thread = Thread.ofVirtual().name("task-" + claim.id()).unstarted(() -> {
            try {
                run(claim);
            } finally {
                running.remove(claim.id());
                slots.release();
                wake();
            }
        });
        running.put(claim.id(), thread);
        thread.start();
    }

    private void run(TaskTable.Claim claim) {
        log.atInfo()
                .addKeyValue("task", claim.id())
                .addKeyValue("type", claim.type())
                .addKeyValue("attempt", claim.attempt())
                .log("Task runs");
        var state = TaskState.ERROR;
        String result;
        try (var logs = output.open(claim.id())) {
            var events = new JsonEventLog(logs.event(), clock);
            var context = new RunningTask(claim, events, logs);
            if (claim.attempt() > 1) {
                context.debug("Run " + claim.attempt() + ": the director of the run before is gone.");
            }
            try {
                context.checkpoint();
                var job = Optional.ofNullable(jobs.obtain().get(claim.type()))
                        .orElseThrow(() -> new IllegalStateException("no job of type " + claim.type()));
                result = shorten(job.run(context, claim.arguments()));
                state = TaskState.DONE;
            } catch (Throwable e) {
                var standing = active ? standing(claim) : TaskTable.Standing.LOST;
                if (standing == TaskTable.Standing.LOST) {
                    log.atInfo().addKeyValue("task", claim.id()).log("Task is left to the next director");
                    return;
                }
                if (standing == TaskTable.Standing.CANCELLED && !TaskCancellation.is(e)) {
                    // The wish interrupts waits, which then fail each in its own words.
                    context.debug("Broken off: " + JsonEventLog.messageOf(e));
                    state = TaskState.CANCELLED;
                    result = explain(claim, TaskCancellation.fault(claim.id()), events, context);
                } else {
                    state = TaskCancellation.is(e) ? TaskState.CANCELLED : TaskState.ERROR;
                    result = explain(claim, e, events, context);
                }
            }
        } catch (RuntimeException e) {
            log.atError().setCause(e).addKeyValue("task", claim.id()).log("Task could not keep its logs");
            result = JsonEventLog.messageOf(e);
        }
        finish(claim, state, result);
        retention.tidy(claim.type());
    }

    private static String explain(TaskTable.Claim claim, Throwable e, JsonEventLog events, RunningTask context) {
        var message = JsonEventLog.messageOf(e);
        if (e instanceof Fault fault) {
            log.atWarn()
                    .addKeyValue("task", claim.id())
                    .addKeyValue("code", fault.code().name())
                    .addKeyValue("message", message)
                    .addKeyValue("detail", fault.detail())
                    .log("Task failed");
            context.debug("Failed: " + message + (fault.detail().isEmpty() ? "" : " (" + fault.detail() + ")"));
        } else {
            log.atError().setCause(e).addKeyValue("task", claim.id()).log("Task failed unexpectedly");
            context.debug("Failed: " + message);
        }
        events.failure(JsonEventLog.numberOf(e), message);
        return message;
    }

    /// A look that a cancellation's interrupt, which may come at any line, does not disturb.
    private TaskTable.Standing standing(TaskTable.Claim claim) {
        while (true) {
            // The pool gives no connection to an interrupted thread.
            Thread.interrupted();
            try {
                return table.standing(director, claim.id());
            } catch (RuntimeException e) {
                if (!Thread.currentThread().isInterrupted() || !active) {
                    throw e;
                }
            }
        }
    }

    /// The end of a task must reach the database, however long that is away: until then nobody may run the task
    /// again.
    private void finish(TaskTable.Claim claim, TaskState state, String result) {
        while (true) {
            // A cancellation that comes too late must not keep the end from being stored.
            Thread.interrupted();
            try {
                table.finish(director, claim.id(), state, result);
                log.atInfo()
                        .addKeyValue("task", claim.id())
                        .addKeyValue("state", state.word())
                        .log("Task ended");
                return;
            } catch (RuntimeException e) {
                log.atWarn()
                        .addKeyValue("task", claim.id())
                        .addKeyValue("cause", e.getMessage())
                        .log("Could not store the end of a task");
                if (!active) {
                    return;
                }
                try {
                    Thread.sleep(Duration.ofSeconds(1));
                } catch (InterruptedException interrupted) {
                    log.atDebug().addKeyValue("task", claim.id()).log("Interrupted while storing the end of a task");
                }
            }
        }
    }

    /// Results are one line of a list; BOSH cuts them at a word.
    static String shorten(String text) {
        if (text.length() <= RESULT_LENGTH) {
            return text;
        }
        int end = text.lastIndexOf(' ', RESULT_LENGTH - 3);
        return text.substring(0, end > 0 ? end : RESULT_LENGTH - 3) + "...";
    }

    private final class RunningTask implements TaskContext {
        private final TaskTable.Claim claim;
        private final JsonEventLog events;
        private final TaskLogs logs;

        RunningTask(TaskTable.Claim claim, JsonEventLog events, TaskLogs logs) {
            this.claim = claim;
            this.events = events;
            this.logs = logs;
        }

        @Override
        public long id() {
            return claim.id();
        }

        @Override
        public String user() {
            return claim.user();
        }

        @Override
        public Optional<String> contextId() {
            return claim.contextId();
        }

        @Override
        public EventLog events() {
            return events;
        }

        @Override
        public void result(String line) {
            logs.result().add(line);
        }

        @Override
        public void debug(String line) {
            logs.debug().add(clock.instant() + " " + line);
        }

        @Override
        public void checkpoint() {
            switch (table.standing(director, claim.id())) {
                case GOES_ON -> {
                    if (!active) {
                        throw new IllegalStateException("the director stops");
                    }
                }
                case CANCELLED -> throw TaskCancellation.fault(claim.id());
                case LOST -> throw new IllegalStateException("another director runs the task");
            }
        }
    }
}
