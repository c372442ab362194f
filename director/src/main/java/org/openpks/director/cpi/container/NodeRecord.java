package org.openpks.director.cpi.container;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openpks.director.cpi.network.Port;

/// What a node is made of, as kept in its directory. It holds nothing secret.
///
/// @param cpu processors that it may use, 0 for all
/// @param ramMb memory that it may use in MiB, 0 for all
/// @param balancer the load balancer that it is attached to; null for none
record NodeRecord(
        String cid,
        String agentId,
        String hostname,
        String stemcellCid,
        String createdAt,
        double cpu,
        long ramMb,
        List<Port> ports,
        @Nullable LoadBalancer balancer) {

    NodeRecord {
        ports = List.copyOf(ports);
    }
}
