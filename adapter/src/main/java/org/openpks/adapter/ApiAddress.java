package org.openpks.adapter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.kernel.Fault;

/// The one address of a cluster with several masters. Whoever calls the adapter finds a free one and gives it beside
/// the parameters, as `api_address`; a person cannot. From then on it stands in the manifest.
///
/// How machines come behind an address differs from cloud to cloud, so the manifest says it as every BOSH director
/// understands it: the masters have a `vm_extension`, and a cloud config of the deployment's own says what that is,
/// here the container CPI's `load_balancer`.
final class ApiAddress {

    /// Its name among the parameters that the manifest keeps.
    static final String KEPT = "api_address";

    /// A master that cannot serve says so by this path. Its etcd is left out: every API server uses all members, and
    /// while they elect a leader none should lose its clients.
    private static final String HEALTH = "/readyz?exclude=etcd&exclude=etcd-readiness";

    private ApiAddress() {}

    /// Reads an OSB body.
    static Optional<String> of(Map<String, Object> body) {
        return switch (body.get("api_address")) {
            case null -> Optional.empty();
            case String address when Parameters.isAddress(address) -> Optional.of(address);
            default -> throw new Fault(AdapterFault.INPUT_INVALID, "api_address must be an IPv4 address.");
        };
    }

    /// The one of a deployed cluster.
    static Optional<String> among(Map<String, Object> kept) {
        return Optional.ofNullable(kept.get(KEPT)).map(String::valueOf);
    }

    static String extension(String deployment) {
        return deployment + "-api";
    }

    static String cloudConfig(String deployment, String address, Object port) {
        var balancer = new LinkedHashMap<String, Object>();
        balancer.put("name", deployment);
        balancer.put("address", address);
        balancer.put("port", port);
        balancer.put("health_path", HEALTH);
        var extension = new LinkedHashMap<String, Object>();
        extension.put("name", extension(deployment));
        extension.put("cloud_properties", Map.of("load_balancer", balancer));
        return Yaml.text(Map.of("vm_extensions", List.of(extension)));
    }
}
