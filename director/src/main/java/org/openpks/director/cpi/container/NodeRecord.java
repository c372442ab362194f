package org.openpks.director.cpi.container;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.director.cpi.Cpi;
import org.openpks.director.cpi.CpiFaultCode;
import org.openpks.director.cpi.network.Port;
import org.openpks.kernel.Fault;

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

    static final int MOST_PORTS = 4;

    NodeRecord {
        ports = List.copyOf(ports);
    }

    /// The record of a machine that is asked for.
    /// @throws Fault [CpiFaultCode#CLOUD_PROPERTIES_INVALID] naming the property or network that cannot be used
    static NodeRecord of(ContainerCpiSettings settings, String cid, Cpi.VmRequest request, Instant now) {
        return new NodeRecord(
                cid,
                request.agentId(),
                hostname(request.agentId()),
                request.stemcellCid(),
                now.toString(),
                number(request.cloudProperties(), "cpu"),
                (long) number(request.cloudProperties(), "ram"),
                ports(settings, cid, request.networks()),
                Optional.ofNullable(request.cloudProperties().get("load_balancer"))
                        .map(LoadBalancer::of)
                        .orElse(null));
    }

    private static List<Port> ports(ContainerCpiSettings settings, String cid, Map<String, Cpi.Network> networks) {
        if (networks.isEmpty() || networks.size() > MOST_PORTS) {
            throw invalid("A machine needs 1 to %d networks, not %d.".formatted(MOST_PORTS, networks.size()));
        }
        boolean named =
                networks.values().stream().anyMatch(net -> net.defaults().contains("gateway"));
        var ports = new ArrayList<Port>();
        networks.forEach((name, net) -> {
            if (!(net.cloudProperties().get("bridge") instanceof String bridge)) {
                throw invalid("Network %s has no cloud property \"bridge\".".formatted(name));
            }
            try {
                ports.add(new Port(
                        bridge,
                        settings.link(cid, ports.size()),
                        "eth" + ports.size(),
                        net.ip(),
                        Port.prefixLength(net.netmask()),
                        net.gateway(),
                        named ? net.defaults().contains("gateway") : ports.isEmpty()));
            } catch (IllegalArgumentException e) {
                throw invalid("Network %s cannot be used: %s.".formatted(name, e.getMessage()));
            }
        });
        return ports;
    }

    private static double number(Map<String, Object> properties, String key) {
        return switch (properties.get(key)) {
            case null -> 0;
            case Number value when value.doubleValue() >= 0 -> value.doubleValue();
            case Object other -> throw invalid("Cloud property \"%s\" must be a number, not %s.".formatted(key, other));
        };
    }

    private static String hostname(String agentId) {
        var name = agentId.toLowerCase(Locale.ROOT).replace('_', '-').replaceAll("[^a-z0-9-]", "");
        return name.isEmpty() ? "node" : name.substring(0, Math.min(63, name.length()));
    }

    private static Fault invalid(String message) {
        return new Fault(CpiFaultCode.CLOUD_PROPERTIES_INVALID, message);
    }
}
