package org.openpks.api.task;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openpks.api.access.Audit;
import org.openpks.api.access.Caller;
import org.openpks.api.cluster.Cluster;
import org.openpks.api.cluster.ClusterFault;
import org.openpks.api.cluster.OperationSignal;
import org.openpks.api.cluster.Upgrades;
import org.openpks.api.storage.Transactions;
import org.openpks.kernel.Fault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.TransactionException;

/// Upgrades of one or many clusters, each such job a task. What a task does next is decided under the lock of
/// its row from what stands in the database, so any process may do it, at any time, and none does it twice.
@Service
public class TaskService {

    /// The most that one request may list.
    public static final int LONGEST_LIST = 1000;

    /// How many ended tasks are kept, those that ended last: as many as can be listed.
    static final int KEPT = LONGEST_LIST;

    private static final Logger log = LoggerFactory.getLogger(TaskService.class);

    private final Tasks tasks;
    private final Upgrades upgrades;
    private final Transactions transactions;
    private final OperationSignal signal;
    private final Audit audit;
    private final InstantSource clock;

    TaskService(
            Tasks tasks,
            Upgrades upgrades,
            Transactions transactions,
            OperationSignal signal,
            Audit audit,
            InstantSource clock) {
        this.tasks = tasks;
        this.upgrades = upgrades;
        this.transactions = transactions;
        this.signal = signal;
        this.audit = audit;
        this.clock = clock;
    }

    /// Accepts a job, all of it or nothing: every cluster is there, the caller's to change, idle, and can be
    /// upgraded.
    public Task upgrade(Caller caller, UpgradeOrder order) {
        var names = Stream.concat(order.canaries().stream(), order.clusters().stream())
                .toList();
        Audit.note("clusters", names);
        var candidates = candidates(caller, names);
        var task = transactions.run(() -> {
            var accepted = new Task(
                    UUID.randomUUID(),
                    caller.principal(),
                    order.maxInFlight(),
                    false,
                    clock.instant().truncatedTo(ChronoUnit.MILLIS),
                    Optional.empty(),
                    queued(
                            candidates.stream().map(Upgrades.Candidate::cluster).toList(),
                            order.canaries().size()));
            tasks.insert(accepted);
            return advanced(accepted);
        });
        Audit.note("task", task.id());
        signal.accepted();
        return task;
    }

    private List<Upgrades.Candidate> candidates(Caller caller, List<String> names) {
        if (!caller.creates()) {
            throw notAllowed();
        }
        var candidates = new ArrayList<Upgrades.Candidate>();
        var unknown = new ArrayList<Fault>();
        for (var name : names) {
            try {
                candidates.add(upgrades.candidate(caller, name));
            } catch (Fault fault) {
                if (fault.code() != ClusterFault.CLUSTER_UNKNOWN) {
                    throw named(names, name, fault);
                }
                unknown.add(fault);
            }
        }
        if (!unknown.isEmpty()) {
            throw new Fault(
                    ClusterFault.CLUSTER_UNKNOWN,
                    unknown.stream().map(Fault::userMessage).collect(Collectors.joining("; ")));
        }
        return candidates;
    }

    /// Puts all clusters into the queue, in one order for all requests, so that two never wait for each other.
    /// @return them in the order of the job
    private List<Task.Item> queued(List<Cluster> clusters, int canaries) {
        var names = clusters.stream().map(cluster -> cluster.name().value()).toList();
        var before = new HashMap<UUID, Cluster>();
        clusters.stream().sorted(Comparator.comparing(Cluster::id)).forEach(cluster -> {
            try {
                before.put(cluster.id(), upgrades.queue(cluster));
            } catch (Fault fault) {
                throw named(names, cluster.name().value(), fault);
            }
        });
        var items = new ArrayList<Task.Item>();
        for (var cluster : clusters) {
            var was = before.getOrDefault(cluster.id(), cluster);
            items.add(new Task.Item(
                    was.id(),
                    was.name().value(),
                    items.size() < canaries,
                    Task.State.QUEUED,
                    was.phase(),
                    was.description(),
                    Optional.empty(),
                    Optional.empty()));
        }
        return items;
    }

    /// Says which of several clusters a refusal is about.
    private static Fault named(List<String> all, String name, Fault fault) {
        return all.size() == 1 || fault.userMessage().contains("luster %s ".formatted(name))
                ? fault
                : new Fault(fault.code(), "Cluster %s: %s".formatted(name, fault.userMessage()), fault.detail(), fault);
    }

    /// Those that the caller may see, newest first.
    /// @param limit at most so many, 1 to [#LONGEST_LIST]
    public List<Task> list(Caller caller, int limit) {
        if (limit < 1 || limit > LONGEST_LIST) {
            throw new Fault(
                    TaskFault.REQUEST_INVALID,
                    "The parameter 'limit' must lie between 1 and %d, not be %d.".formatted(LONGEST_LIST, limit),
                    "field=limit");
        }
        return caller.seesAll() ? tasks.newest(limit) : tasks.newestOf(caller.principal(), limit);
    }

    /// @throws Fault with [TaskFault#TASK_UNKNOWN]
    public Task show(Caller caller, String id) {
        var task = parsed(id).flatMap(tasks::find).orElseThrow(() -> unknown(id));
        if (!caller.sees(task.requester())) {
            Audit.foreign(task.requester());
            throw unknown(id);
        }
        return task;
    }

    /// Takes back what has not begun; what runs runs on to its end. Repeated, it changes nothing.
    /// @throws Fault with [TaskFault#TASK_OVER] when the task ended without being canceled
    public Task cancel(Caller caller, String id) {
        if (!caller.creates()) {
            throw notAllowed();
        }
        var seen = show(caller, id);
        if (!caller.manages(seen.requester())) {
            throw notAllowed();
        }
        var step = transactions.run(() -> {
            var found = tasks.lock(seen.id()).orElseThrow(() -> unknown(id));
            if (found.status() == Task.Status.DONE) {
                throw new Fault(TaskFault.TASK_OVER, "Task %s is done; there is nothing to cancel.".formatted(id));
            }
            if (!found.queued().isEmpty()) {
                withdraw(found);
                tasks.canceled(found.id());
            }
            return new Step(found, advanced(reread(found)));
        });
        step.tell(audit);
        return step.after();
    }

    private record Step(Task before, Task after) {

        /// Clusters whose upgrade never begins have no operation that could end, and their job was accepted with them.
        void tell(Audit audit) {
            before.queued().stream()
                    .filter(item -> after.withdrew(item.cluster()))
                    .forEach(item -> audit.ended(
                            "upgrade-cluster", after.requester(), item.name(), "withdrawn", "task", after.id()));
        }
    }

    /// Does what there is to do for any task, in this process or for one that died. A task that cannot go on keeps
    /// nothing else from going on.
    public void advance() {
        for (var id : tasks.unattended()) {
            try {
                transactions
                        .run(() -> tasks.lock(id).map(found -> new Step(found, advanced(found))))
                        .ifPresent(step -> step.tell(audit));
            } catch (DataAccessResourceFailureException | TransactionException e) {
                throw e;
            } catch (RuntimeException e) {
                log.atError()
                        .addKeyValue("task", id)
                        .addKeyValue("cause", e.getClass().getName())
                        .log("A task cannot go on");
            }
        }
    }

    /// Begins what is due, in the transaction that locks the task or makes it.
    private Task advanced(Task found) {
        var task = found;
        if (task.endedAt().isPresent()) {
            return task;
        }
        if (task.stopped()) {
            withdraw(task);
            task = reread(task);
        }
        for (var due = task.due(); !due.isEmpty(); due = task.due()) {
            var started = task;
            due.forEach(item -> start(started, item));
            task = reread(task);
        }
        if (task.over()) {
            tasks.over(task.id());
            task = reread(task);
            tasks.forget(KEPT);
        }
        return task;
    }

    private void start(Task task, Task.Item item) {
        upgrades.start(item.cluster(), task.requester())
                .ifPresentOrElse(
                        operation -> tasks.started(task.id(), item.cluster(), operation),
                        () -> tasks.withdrawn(task.id(), item.cluster()));
    }

    private void withdraw(Task task) {
        for (var item : task.queued()) {
            upgrades.takeBack(item.cluster(), item.before(), item.beforeDescription());
            tasks.withdrawn(task.id(), item.cluster());
        }
    }

    private Task reread(Task task) {
        return tasks.find(task.id()).orElseThrow();
    }

    private static Optional<UUID> parsed(String id) {
        try {
            return Optional.of(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Fault unknown(String id) {
        var start = id.length() <= 80 ? id : id.substring(0, 80) + "...";
        return new Fault(TaskFault.TASK_UNKNOWN, "Task %s not found".formatted(start.replaceAll("\\p{Cntrl}", "?")));
    }

    private static Fault notAllowed() {
        return new Fault(TaskFault.NOT_ALLOWED, Caller.REFUSAL);
    }
}
