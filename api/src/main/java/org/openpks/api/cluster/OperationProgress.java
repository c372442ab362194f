package org.openpks.api.cluster;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/// What becomes of a cluster while one of its operations is carried out. Every change happens together with the
/// operation's own row, and only while the worker named holds its lease.
@Service
public class OperationProgress {

    private final Clusters clusters;
    private final Operations operations;
    private final Transactions transactions;

    OperationProgress(Clusters clusters, Operations operations, Transactions transactions) {
        this.clusters = clusters;
        this.operations = operations;
        this.transactions = transactions;
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
    public boolean succeeded(
            Operation operation, String worker, String description, List<String> masterIps, @Nullable String steps) {
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
                    operation.workers(),
                    masterIps.isEmpty() ? known.masterIps() : masterIps);
            return true;
        });
    }

    /// It failed.
    /// @param untouched whether the broker refused it outright, so that the cluster is what it was before
    public boolean failed(
            Operation operation, String worker, String description, boolean untouched, @Nullable String steps) {
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
                    untouched ? operation.previousWorkers() : operation.workers(),
                    cluster.get().masterIps());
            return true;
        });
    }

    /// The cluster that an operation is about.
    public java.util.Optional<Cluster> cluster(UUID id) {
        return clusters.find(id);
    }
}
