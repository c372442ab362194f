package org.openpks.acceptance;

import java.util.Arrays;
import java.util.List;

/// The web server that tests put into clusters.
final class Web {

    private Web() {}

    /// Deploys it and waits until all its pods are ready.
    /// @param manifest a resource of the tests, with the deployment and the service `web`
    /// @return where it answers from the machine: a URL at each node
    static List<String> serve(Product product, String cluster, String manifest) {
        product.kubectlCommand(cluster, "apply", "-f", "-")
                .reading(WorkloadsIT.resource(manifest))
                .run()
                .ok();
        product.kubectl(cluster, "rollout", "status", "deployment/web", "--timeout=120s")
                .ok();
        var port = product.kubectl(cluster, "get", "service", "web", "-o", "jsonpath={.spec.ports[0].nodePort}")
                .ok()
                .out();
        var addresses = product.kubectl(
                        cluster,
                        "get",
                        "nodes",
                        "-o",
                        "jsonpath={.items[*].status.addresses[?(@.type==\"InternalIP\")].address}")
                .ok()
                .out();
        return Arrays.stream(addresses.split(" "))
                .map(address -> "http://" + address + ":" + port)
                .toList();
    }
}
