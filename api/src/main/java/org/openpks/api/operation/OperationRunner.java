package org.openpks.api.operation;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openpks.api.ApiSettings;
import org.openpks.api.access.Audit;
import org.openpks.api.broker.ClusterBroker;
import org.openpks.api.cluster.OperationProgress;
import org.openpks.api.cluster.OperationSignal;
import org.openpks.api.cluster.Operations;
import org.openpks.api.task.TaskService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/// Takes up operations that nobody works on and gives each a worker of its own. New ones of this process start
/// at once; those that a dead process left start when their lease has run out. Before that, tasks accept the
/// operations whose turn it is: the end of one is news, so the next begins at once.
///
/// Any number of processes may run over one database: the lease in the operation's row lets one of them work on
/// it at a time.
@Component
class OperationRunner implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(OperationRunner.class);
    private static final Duration STOP_GRACE = Duration.ofSeconds(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final TaskService tasks;
    private final Operations operations;
    private final OperationProgress progress;
    private final ClusterBroker broker;
    private final Audit audit;
    private final ApiSettings settings;
    private final InstantSource clock;
    private final NewsSignal news;
    private final String name = ManagementFactory.getRuntimeMXBean().getPid() + "-" + UUID.randomUUID();
    private final Map<UUID, OperationWorker> workers = new ConcurrentHashMap<>();
    /// What fails now and was said once.
    private final Set<String> complaints = ConcurrentHashMap.newKeySet();
    private final Semaphore goodbye = new Semaphore(0);
    private volatile boolean running;
    private @Nullable Thread finder;
    private @Nullable Thread keeper;

    OperationRunner(
            TaskService tasks,
            Operations operations,
            OperationProgress progress,
            ClusterBroker broker,
            Audit audit,
            ApiSettings settings,
            InstantSource clock,
            NewsSignal news) {
        this.tasks = tasks;
        this.operations = operations;
        this.progress = progress;
        this.broker = broker;
        this.audit = audit;
        this.settings = settings;
        this.clock = clock;
        this.news = news;
    }

    @Override
    public void start() {
        running = true;
        news.listener(operation -> {
            var worker = workers.get(operation);
            if (worker != null) {
                worker.wake();
            }
        });
        finder = Thread.ofVirtual().name("operations").start(this::find);
        keeper = Thread.ofVirtual().name("operation-leases").start(this::keepLeases);
    }

    @Override
    public void stop() {
        running = false;
        news.accepted();
        goodbye.release();
        var left = List.copyOf(workers.values());
        left.forEach(OperationWorker::stop);
        // An answer that is about to arrive is worth waiting for; one that is not must not hold the stop up.
        joinAll(left, STOP_GRACE);
        left.forEach(OperationWorker::interrupt);
        joinAll(left, STOP_LIMIT);
        join(finder);
        join(keeper);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void find() {
        while (running) {
            guard("Cannot carry the tasks on, trying again", tasks::advance);
            guard("Cannot take operations up, trying again", this::takeUp);
            news.await(settings.lease().dividedBy(4));
        }
    }

    private void takeUp() {
        for (var operation : operations.claimable()) {
            // Where the database was away for longer than a lease, its worker here is still at it.
            if (running && !workers.containsKey(operation) && operations.claim(operation, name, settings.lease())) {
                begin(operation);
            }
        }
    }

    /// Whatever fails, all operations of this process hang on the threads that call this, so they go on.
    private void guard(String complaint, Runnable work) {
        try {
            work.run();
            complaints.remove(complaint);
        } catch (RuntimeException | LinkageError e) {
            if (complaints.add(complaint)) {
                log.atError()
                        .addKeyValue("cause", e.getClass().getName())
                        .addKeyValue("detail", e instanceof DataAccessException ? e.getMessage() : "")
                        .log(complaint);
            }
        }
    }

    private void begin(UUID operation) {
        var worker = new OperationWorker(operation, name, operations, progress, broker, audit, settings, clock);
        workers.put(operation, worker);
        worker.start(() -> {
            workers.remove(operation, worker);
            news.accepted();
        });
    }

    /// A request to the broker may take longer than a lease, so leases are renewed beside the workers.
    private void keepLeases() {
        while (running) {
            try {
                if (goodbye.tryAcquire(settings.lease().toMillis() / 4, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
            guard(
                    "Cannot renew the leases of operations, trying again",
                    () -> operations.renew(workers.keySet(), name, settings.lease()));
        }
    }

    private static void joinAll(List<OperationWorker> workers, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        for (var worker : workers) {
            worker.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        }
    }

    private static void join(@Nullable Thread thread) {
        try {
            if (thread != null) {
                thread.join(STOP_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The signal as a bean of its own, because the service that signals exists before the runner.
    @Component
    static final class NewsSignal implements OperationSignal {

        private final Semaphore pending = new Semaphore(0);
        private volatile Listener listener = operation -> {};

        interface Listener {
            void superseded(UUID operation);
        }

        void listener(Listener next) {
            listener = next;
        }

        @Override
        public void accepted() {
            pending.release();
        }

        @Override
        public void superseded(UUID operation) {
            listener.superseded(operation);
        }

        void await(Duration limit) {
            try {
                if (pending.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    pending.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
