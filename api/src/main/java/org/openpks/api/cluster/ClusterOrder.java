package org.openpks.api.cluster;

/// What a person asks for when creating a cluster.
/// @param change what it shall have of its own
public record ClusterOrder(ClusterName name, String plan, ExternalHost host, int port, ClusterChange change) {

    /// The port of every cluster's Kubernetes API unless the request says otherwise.
    public static final int DEFAULT_PORT = 8443;
}
