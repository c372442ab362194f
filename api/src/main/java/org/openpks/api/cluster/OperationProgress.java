package org.openpks.api.cluster;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openpks.api.ApiSettings;
import org.openpks.api.plan.Plan;
import org.openpks.api.plan.Plans;
import org.openpks.api.plan.Software;
import org.openpks.api.storage.Transactions;
import org.springframework.stereotype.Service;

/// What becomes of a cluster while one of its operations is carried out. Every change happens together with the
/// operation's own row, and only while the worker named holds its lease.
@Service
public class OperationProgress {

    private final Clusters clusters;
    private final Operations operations;
    private final Transactions transactions;
    private final Plans plans;
    private final ApiSettings settings;

    OperationProgress(
            Clusters clusters, Operations operations, Transactions transactions, Plans plans, ApiSettings settings) {
        this.clusters = clusters;
        this.operations = operations;
        this.transactions = transactions;
        this.plans = plans;
        this.settings = settings;
    }

    /// The broker works on it.
    public boolean sent(Operation operation, String worker, @Nullable String brokerOperation) {
        return transactions.run(() -> {
            var cluster = clusters.lock(operation.clusterId());
            if (cluster.isEmpty() || !operations.sent(operation.id(), worker, brokerOperation)) {
                return false;
            }
            clusters.describe(operation.clusterId(), ClusterService.progress(operation.action()));
            return true;
        });
    }

    /// Shows where it stands.
    public boolean describe(Operation operation, String worker, String description) {
        return transactions.run(() -> {
            if (clusters.lock(operation.clusterId()).isEmpty()
                    || operations.held(operation.id(), worker).isEmpty()) {
                return false;
            }
            clusters.describe(operation.clusterId(), description);
            return true;
        });
    }

    /// It succeeded. A deleted cluster's row goes with everything that hangs on it.
    /// @param masterIps empty to keep what is known
    /// @param software what the nodes run now; empty to keep what is known
    public boolean succeeded(
            Operation operation,
            String worker,
            String description,
            List<String> masterIps,
            Optional<Software> software,
            @Nullable String steps) {
        return transactions.run(() -> {
            var cluster = clusters.lock(operation.clusterId());
            if (cluster.isEmpty()
                    || !operations.finish(operation.id(), worker, Operation.State.SUCCEEDED, description, steps)) {
                return false;
            }
            if (operation.action() == Action.DELETE) {
                clusters.remove(operation.clusterId());
                return true;
            }
            var known = cluster.get();
            clusters.move(
                    known,
                    Phase.succeeded(operation.action()),
                    description,
                    masterIps.isEmpty() ? known.masterIps() : masterIps);
            software.ifPresent(now -> clusters.runs(known, now, settings.pksVersion()));
            return true;
        });
    }

    /// Notes what the broker says of an idle cluster's nodes. Other software than before came by an upgrade that was
    /// started at the broker and not here.
    public void found(UUID id, Software software) {
        transactions.run(() -> {
            clusters.lock(id)
                    .filter(OperationProgress::idle)
                    .filter(cluster -> !cluster.software().equals(Optional.of(software)))
                    .ifPresent(cluster -> {
                        if (cluster.softwareVersion().isPresent()) {
                            clusters.upgradedByOthers(cluster);
                        }
                        clusters.runs(cluster, software, settings.pksVersion());
                    });
            return id;
        });
    }

    /// Idle clusters whose nodes may run something else than what is noted: those that are behind, and those of which
    /// nothing is noted yet.
    public List<Cluster> uncertain() {
        return clusters.all().stream()
                .filter(OperationProgress::idle)
                .filter(cluster -> plans.withId(cluster.planId())
                        .flatMap(Plan::software)
                        .filter(offered -> !cluster.software().equals(Optional.of(offered)))
                        .isPresent())
                .toList();
    }

    private static boolean idle(Cluster cluster) {
        return cluster.phase().usable() && !cluster.phase().busy();
    }

    /// It failed. An update's cluster returns to what it had: the next operation starts from there as well, because the
    /// Director keeps the last manifest that was deployed with success.
    /// @param unknown whether nobody told the end, so that what was asked may still come true and stays shown
    public boolean failed(
            Operation operation, String worker, String description, boolean unknown, @Nullable String steps) {
        return transactions.run(() -> {
            var cluster = clusters.lock(operation.clusterId());
            if (cluster.isEmpty()
                    || !operations.finish(operation.id(), worker, Operation.State.FAILED, description, steps)) {
                return false;
            }
            clusters.move(
                    cluster.get(),
                    Phase.failed(operation.action()),
                    description,
                    cluster.get().masterIps());
            if (operation.action() == Action.UPDATE && !unknown) {
                var previous = operation.previousProfiles();
                clusters.want(
                        operation.clusterId(),
                        operation.previousWorkers(),
                        operation.previousSettings(),
                        // What the broker took may have reached a master, and been used to encrypt.
                        operation.state() == Operation.State.ACCEPTED
                                ? previous
                                : previous.withEncryption(
                                        cluster.get().profiles().encryption()));
            }
            return true;
        });
    }

    /// The cluster that an operation is about.
    public Optional<Cluster> cluster(UUID id) {
        return clusters.find(id);
    }
}
