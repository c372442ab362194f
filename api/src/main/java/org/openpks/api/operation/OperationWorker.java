package org.openpks.api.operation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openpks.api.ApiSettings;
import org.openpks.api.access.Audit;
import org.openpks.api.broker.ClusterBroker;
import org.openpks.api.broker.ClusterBroker.Facts;
import org.openpks.api.cluster.Action;
import org.openpks.api.cluster.Cluster;
import org.openpks.api.cluster.Operation;
import org.openpks.api.cluster.OperationProgress;
import org.openpks.api.cluster.Operations;
import org.openpks.api.plan.PlanFault;
import org.openpks.kernel.Fault;
import org.openpks.osb.OsbClient;
import org.openpks.osb.OsbFault;
import org.openpks.osb.OsbJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Carries one operation from where its row says it is to its end. It keeps nothing in memory that the next process
/// would miss: every step begins with reading the row, and every request may be sent twice.
final class OperationWorker {

    private static final Logger log = LoggerFactory.getLogger(OperationWorker.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /// How long the addresses of a cluster that is ready are asked for, before it is shown without them.
    private static final Duration FACTS_PATIENCE = Duration.ofSeconds(15);

    private final UUID id;
    private final String name;
    private final Operations operations;
    private final OperationProgress progress;
    private final ClusterBroker broker;
    private final Audit audit;
    private final ApiSettings settings;
    private final InstantSource clock;
    private final Semaphore wakeUps = new Semaphore(0);
    private volatile boolean stopped;
    private @Nullable Thread thread;
    private @Nullable Instant factsSince;
    private int failures;

    OperationWorker(
            UUID id,
            String name,
            Operations operations,
            OperationProgress progress,
            ClusterBroker broker,
            Audit audit,
            ApiSettings settings,
            InstantSource clock) {
        this.id = id;
        this.name = name;
        this.operations = operations;
        this.progress = progress;
        this.broker = broker;
        this.audit = audit;
        this.settings = settings;
        this.clock = clock;
    }

    void start(Runnable atEnd) {
        thread = Thread.ofVirtual().name("operation-" + id).start(() -> {
            try {
                work();
            } finally {
                release();
                atEnd.run();
            }
        });
    }

    /// Looks at the row at once instead of after the pause.
    void wake() {
        wakeUps.release();
    }

    /// Ends after the step that it is at, and gives the lease back.
    void stop() {
        stopped = true;
        wake();
    }

    /// Breaks a request off that does not end.
    void interrupt() {
        var running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    void join(Duration limit) {
        var running = thread;
        try {
            if (running != null) {
                running.join(limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        while (!stopped) {
            Optional<Duration> pause;
            try {
                pause = advance();
            } catch (DataAccessException | TransactionException e) {
                log.atWarn()
                        .addKeyValue("operation", id)
                        .addKeyValue("cause", e.getMessage())
                        .log("The database failed an operation's step");
                pause = Optional.of(backOff());
            } catch (RuntimeException | LinkageError e) {
                // A mistake of ours must neither end the worker, whose operation the finder would take up again at once
                // and for ever,
                // nor pass in silence.
                log.atError()
                        .addKeyValue("operation", id)
                        .addKeyValue("cause", e.getClass().getName())
                        .log("An operation's step ended in an unexpected failure");
                pause = Optional.of(backOff());
            }
            if (pause.isEmpty() || !sleep(pause.get())) {
                return;
            }
        }
    }

    private boolean sleep(Duration pause) {
        try {
            if (wakeUps.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                wakeUps.drainPermits();
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void release() {
        // The interrupt that stops a worker must not keep it from giving its lease back.
        var interrupted = Thread.interrupted();
        try {
            operations.release(id, name);
        } catch (DataAccessException | TransactionException e) {
            log.atWarn()
                    .addKeyValue("operation", id)
                    .addKeyValue("cause", e.getMessage())
                    .log("The lease of an operation stays until it runs out");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Does what the row's state asks for.
    /// @return the pause before the next look; empty at the end
    private Optional<Duration> advance() {
        var held = operations.held(id, name);
        if (held.isEmpty()) {
            return Optional.empty();
        }
        var operation = held.get();
        var cluster = progress.cluster(operation.clusterId());
        if (cluster.isEmpty()) {
            return Optional.empty();
        }
        try {
            return operation.state() == Operation.State.ACCEPTED
                    ? send(operation, cluster.get())
                    : poll(operation, cluster.get());
        } catch (Fault fault) {
            return stopped ? Optional.empty() : troubled(operation, cluster.get(), fault);
        }
    }

    private Optional<Duration> send(Operation operation, Cluster cluster) {
        return switch (broker.send(operation, cluster)) {
            case OsbClient.Outcome.InProgress(var word, var ignored) -> {
                failures = 0;
                yield progress.sent(operation, name, word.orElse(null))
                        ? Optional.of(settings.pollInterval())
                        : Optional.empty();
            }
            case OsbClient.Outcome.Done ignored -> succeeded(operation, cluster, "");
            case OsbClient.Outcome.Gone ignored ->
                operation.action() == Action.DELETE
                        ? succeeded(operation, cluster, "")
                        : failed(operation, cluster, "The PKS Broker says that the cluster is gone.", false);
        };
    }

    private Optional<Duration> poll(Operation operation, Cluster cluster) {
        return switch (broker.poll(operation, cluster)) {
            case OsbClient.Poll.Answer(var last, var ignored) -> {
                calm(operation);
                var said = Optional.ofNullable(last.description()).orElse("");
                yield switch (last.state()) {
                    case IN_PROGRESS -> {
                        boolean held = said.isBlank()
                                || said.equals(cluster.description())
                                || progress.describe(operation, name, said);
                        yield held ? Optional.of(settings.pollInterval()) : Optional.empty();
                    }
                    case SUCCEEDED -> succeeded(operation, cluster, said);
                    case FAILED ->
                        end(
                                operation,
                                cluster,
                                false,
                                false,
                                said.isBlank() ? operation.action().words() + " failed" : said,
                                Facts.NONE);
                };
            }
            case OsbClient.Poll.Gone ignored
            when operation.action() == Action.DELETE -> succeeded(operation, cluster, "");
            // The protocol calls 410 meaningless for anything but a delete, and 404 says the same with another number.
            case OsbClient.Poll.Gone ignored -> troubled(operation, cluster, lost(), settings.sendPatience());
            case OsbClient.Poll.Unknown ignored -> troubled(operation, cluster, lost(), settings.sendPatience());
        };
    }

    private Optional<Duration> succeeded(Operation operation, Cluster cluster, String said) {
        var facts = operation.action() == Action.DELETE ? Facts.NONE : facts(cluster);
        return end(
                operation,
                cluster,
                true,
                false,
                said.isBlank() ? operation.action().words() + " completed" : said,
                facts);
    }

    private Facts facts(Cluster cluster) {
        try {
            return broker.facts(cluster);
        } catch (Fault fault) {
            if (factsSince == null) {
                factsSince = clock.instant();
            }
            if (transientFault(fault) && clock.instant().isBefore(factsSince.plus(FACTS_PATIENCE))) {
                throw fault;
            }
            log.atWarn()
                    .addKeyValue("cluster", cluster.name())
                    .addKeyValue("fault", fault.code().name())
                    .addKeyValue("detail", fault.detail())
                    .log("The addresses of the masters are unknown");
            return Facts.NONE;
        }
    }

    private static Fault lost() {
        return new Fault(OsbFault.INSTANCE_UNKNOWN, "The PKS Broker does not know the cluster's operation any more.");
    }

    /// Decides whether a failed request is worth repeating. A refusal is final only for the request itself:
    /// once the broker works on it, no answer to a poll but a last operation tells how that ends.
    private Optional<Duration> troubled(Operation operation, Cluster cluster, Fault fault) {
        if (operation.state() == Operation.State.SENT) {
            return troubled(operation, cluster, fault, settings.pollPatience());
        }
        if (!transientFault(fault)) {
            return failed(operation, cluster, fault.userMessage(), false);
        }
        return troubled(
                operation,
                cluster,
                fault,
                waitsForOther(operation, fault) ? settings.pollPatience() : settings.sendPatience());
    }

    private Optional<Duration> troubled(Operation operation, Cluster cluster, Fault fault, Duration patience) {
        if (operation.troubleSince().isEmpty()) {
            operations.trouble(id, name, clock.instant());
            log.atWarn()
                    .addKeyValue("cluster", cluster.name())
                    .addKeyValue("operation", id)
                    .addKeyValue("fault", fault.code().name())
                    .addKeyValue("detail", fault.detail())
                    .log("The broker is asked again");
        } else if (!clock.instant().isBefore(operation.troubleSince().get().plus(patience))) {
            return failed(
                    operation,
                    cluster,
                    fault.code() == OsbFault.BROKER_UNREACHABLE
                            ? "The PKS Broker did not answer for %s.".formatted(words(patience))
                            : "%s It was tried for %s.".formatted(fault.userMessage(), words(patience)),
                    true);
        }
        return Optional.of(backOff());
    }

    /// A delete that came while the broker still works on something else is a delete that has to wait.
    private static boolean waitsForOther(Operation operation, Fault fault) {
        return fault.code() == OsbFault.CONCURRENCY && operation.action() == Action.DELETE;
    }

    private static boolean transientFault(Fault fault) {
        // A process that just started has to ask for the plans first.
        return fault.code() == PlanFault.PLANS_UNKNOWN
                || fault.code() instanceof OsbFault osb
                        && switch (osb) {
                            case BROKER_UNREACHABLE, BROKER_UNAVAILABLE, CONCURRENCY -> true;
                            // The operator offers something else since the plans were read; they are read again soon.
                            case MAINTENANCE_INFO_CONFLICT -> true;
                            case BROKER_UNAUTHORISED,
                                    BROKER_FAILED,
                                    VERSION_REFUSED,
                                    REQUEST_INVALID,
                                    INSTANCE_UNKNOWN,
                                    INSTANCE_CONFLICT,
                                    INSTANCE_GONE,
                                    ASYNC_REQUIRED,
                                    QUOTA_EXCEEDED,
                                    REFUSED -> false;
                        };
    }

    private void calm(Operation operation) {
        failures = 0;
        if (operation.troubleSince().isPresent()) {
            operations.trouble(id, name, null);
        }
    }

    private Duration backOff() {
        var pause = settings.pollInterval().multipliedBy(1L << Math.min(failures, 10));
        failures++;
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    private Optional<Duration> failed(Operation operation, Cluster cluster, String cause, boolean unknown) {
        var next =
                switch (operation.action()) {
                    case CREATE -> "Please delete the cluster with 'pks delete-cluster %s', then create it again.";
                    case UPDATE -> "The cluster is still there; please repeat the change of %s.";
                    case UPGRADE -> "The cluster is still there; please repeat 'pks upgrade-cluster %s'.";
                    case DELETE -> "Please repeat 'pks delete-cluster %s'.";
                };
        var sentence = cause.endsWith(".") ? cause : cause + ".";
        return end(
                operation,
                cluster,
                false,
                unknown,
                "%s failed: %s %s".formatted(operation.action().words(), sentence, next.formatted(cluster.name())),
                Facts.NONE);
    }

    private Optional<Duration> end(
            Operation operation, Cluster cluster, boolean success, boolean unknown, String description, Facts facts) {
        var steps = success && operation.action() == Action.DELETE ? null : steps(operation);
        boolean held = success
                ? progress.succeeded(operation, name, description, facts.masterIps(), facts.software(), steps)
                : progress.failed(operation, name, description, unknown, steps);
        if (held) {
            log.atInfo()
                    .addKeyValue("cluster", cluster.name())
                    .addKeyValue("cluster_uuid", cluster.id())
                    .addKeyValue("action", operation.action())
                    .addKeyValue("operation", id)
                    .addKeyValue("state", success ? "succeeded" : "failed")
                    .addKeyValue("description", description)
                    .log("Operation ended");
            audit.ended(
                    operation.command(),
                    operation.requester(),
                    cluster.name().value(),
                    success ? "succeeded" : "failed",
                    "operation",
                    id,
                    "detail",
                    success ? "" : description);
        }
        return Optional.empty();
    }

    /// What is kept of the steps after the end. They are a comfort, so their lack never holds an operation up.
    private @Nullable String steps(Operation operation) {
        if (operation.state() == Operation.State.ACCEPTED) {
            return null;
        }
        try {
            var steps = broker.steps(operation, 0);
            return steps.steps().isEmpty() ? null : OsbJson.MAPPER.writeValueAsString(steps);
        } catch (Fault e) {
            return null;
        }
    }

    private static String words(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds >= 120) {
            return duration.toMinutes() + " minutes";
        }
        return seconds == 1 ? "1 second" : seconds + " seconds";
    }
}
