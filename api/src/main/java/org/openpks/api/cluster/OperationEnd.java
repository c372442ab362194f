package org.openpks.api.cluster;

import java.util.UUID;

/// Hears of the end of every operation, in the transaction that ends it.
public interface OperationEnd {

    void ended(UUID operation, Operation.State state);
}
