package org.openpks.api.cluster;

import java.util.OptionalInt;

/// What a person asks for when creating a cluster.
/// @param workers empty for the plan's own number
public record ClusterOrder(ClusterName name, String plan, ExternalHost host, int port, OptionalInt workers) {

    /// The port of every cluster's Kubernetes API unless the request says otherwise.
    public static final int DEFAULT_PORT = 8443;
}
