package org.openpks.api.operation;

import java.util.List;
import org.openpks.api.broker.ClusterBroker;
import org.openpks.api.cluster.Cluster;
import org.openpks.api.cluster.Operation;
import org.openpks.api.cluster.Operations;
import org.openpks.kernel.Fault;
import org.openpks.osb.OperationSteps;
import org.openpks.osb.OsbFault;
import org.openpks.osb.OsbJson;
import org.springframework.stereotype.Service;

/// The steps of a cluster's current or last operation: the broker's while it runs, the kept ones afterwards.
@Service
public class StepsService {

    private final Operations operations;
    private final ClusterBroker broker;

    StepsService(Operations operations, ClusterBroker broker) {
        this.operations = operations;
        this.broker = broker;
    }

    /// Those that appeared or changed since a position. After the end of the operation the position only tells a
    /// caller who has seen everything from one who has not: the latter gets all of them.
    public OperationSteps since(Cluster cluster, int since) {
        var last = operations.last(cluster.id());
        if (last.isEmpty() || last.get().state() == Operation.State.ACCEPTED) {
            return new OperationSteps(List.of(), since);
        }
        var operation = last.get();
        return operation.state().finished() ? kept(operation, since) : running(operation, since);
    }

    private OperationSteps kept(Operation operation, int since) {
        return operations
                .steps(operation.id())
                .map(text -> OsbJson.MAPPER.readValue(text, OperationSteps.class))
                .filter(steps -> since < steps.next())
                .orElseGet(() -> new OperationSteps(List.of(), since));
    }

    private OperationSteps running(Operation operation, int since) {
        try {
            return broker.steps(operation, since);
        } catch (Fault e) {
            if (e.code() == OsbFault.INSTANCE_UNKNOWN) {
                return new OperationSteps(List.of(), since);
            }
            throw e;
        }
    }
}
