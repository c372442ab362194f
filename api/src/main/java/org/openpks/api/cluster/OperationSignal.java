package org.openpks.api.cluster;

import java.util.UUID;

/// Tells those who carry out operations, in this process, that the database has news. Others find it by themselves.
public interface OperationSignal {

    /// An operation was accepted.
    void accepted();

    /// An operation lost its place to a delete.
    void superseded(UUID operation);
}
