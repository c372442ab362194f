package org.openpks.adapter;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.openpks.kernel.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A running cluster's API, asked as its administrator.
///
/// Calls go to the cluster's own address if it has one, else to the masters', which their certificates name, and try
/// one after the other. Nothing here depends on DNS; only the address that is handed out prefers the external name when
/// it answers.
final class ClusterApi {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int MISSING = 404;

    private final String host;
    private final int port;
    private final List<String> servers;
    private final String authority;
    private final HttpClient client;

    /// @param servers the one that is handed out first
    private ClusterApi(String host, int port, List<String> servers, String authority, HttpClient client) {
        this.host = host;
        this.port = port;
        this.servers = servers;
        this.authority = authority;
        this.client = client;
    }

    static ClusterApi of(DeployedManifest manifest, Map<String, List<String>> vms, Map<String, Object> secrets) {
        var parameters = manifest.parameters();
        var masters = vms.getOrDefault("master", List.of());
        if (masters.isEmpty()) {
            throw new Fault(AdapterFault.CLUSTER_UNREACHABLE, "The cluster has no master machine.");
        }
        var bundle = new ManifestSecrets(secrets);
        var authority = bundle.value(ClusterVariables.ADMIN, "ca");
        var identity = new ClientIdentity(
                bundle.value(ClusterVariables.ADMIN, "certificate"),
                bundle.value(ClusterVariables.ADMIN, "private_key"));
        var servers = Stream.concat(ApiAddress.among(parameters).stream(), masters.stream())
                .toList();
        var host = parameters.getOrDefault(Parameters.MASTER_HOST, masters.getFirst());
        var port = parameters.getOrDefault(Parameters.MASTER_PORT, Parameters.DEFAULT_PORT);
        return new ClusterApi(
                String.valueOf(host),
                ((Number) port).intValue(),
                servers,
                authority,
                identity.client(authority, CONNECT_TIMEOUT));
    }

    /// The external name.
    String host() {
        return host;
    }

    /// The certificates (PEM) of the authorities that sign the API's; two while they change.
    String authority() {
        return authority;
    }

    /// The address to hand out. The external name often leads nowhere yet: its balancer or DNS entry is made by hand
    /// after the cluster, and a kubeconfig shall work before.
    String server() {
        return "https://" + (answers(host) ? host : servers.getFirst()) + ":" + port;
    }

    private boolean answers(String name) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(name, port), (int) CONNECT_TIMEOUT.toMillis());
            return true;
        } catch (IOException | UnresolvedAddressException e) {
            return false;
        }
    }

    Optional<JsonNode> find(String path) {
        return Optional.of(call("GET", path, "", Map.of(), Set.of(200, MISSING)))
                .filter(answer -> answer.status() != MISSING)
                .map(Answer::body);
    }

    /// Makes the object, or makes it what it should be.
    void apply(String path, Map<String, Object> object) {
        call(
                "PATCH",
                path + "?fieldManager=openpks&force=true",
                "application/apply-patch+yaml",
                object,
                Set.of(200, 201));
    }

    JsonNode create(String path, Map<String, Object> object) {
        return call("POST", path, "application/json", object, Set.of(200, 201)).body();
    }

    /// Whether there was something to delete.
    boolean delete(String path) {
        return call("DELETE", path, "", Map.of(), Set.of(200, 202, MISSING)).status() != MISSING;
    }

    private record Answer(int status, JsonNode body) {}

    private Answer call(String method, String path, String type, Map<String, Object> body, Set<Integer> good) {
        var failures = new ArrayList<String>();
        for (var server : servers) {
            var request = HttpRequest.newBuilder(URI.create("https://" + server + ":" + port + path))
                    .timeout(TIMEOUT)
                    .header("Accept", "application/json");
            if (type.isEmpty()) {
                request.method(method, HttpRequest.BodyPublishers.noBody());
            } else {
                request.header("Content-Type", type)
                        .method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
            }
            try {
                var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
                var answer = new Answer(response.statusCode(), tree(response.body()));
                if (good.contains(answer.status())) {
                    return answer;
                }
                var reason = answer.body().path("message").asString("HTTP " + answer.status());
                if (answer.status() < 500) {
                    throw new Fault(
                            AdapterFault.CLUSTER_UNREACHABLE,
                            "The cluster's API refused: " + reason,
                            "%s %s: %d".formatted(method, path, answer.status()));
                }
                failures.add(server + ": " + reason);
            } catch (IOException e) {
                failures.add(server + ": " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Fault(AdapterFault.CLUSTER_UNREACHABLE, "The request was interrupted.", "", e);
            }
        }
        throw new Fault(
                AdapterFault.CLUSTER_UNREACHABLE,
                "The cluster's API does not answer. See whether its masters run: bosh -d DEPLOYMENT instances.",
                String.join("; ", failures));
    }

    private static JsonNode tree(String body) throws IOException {
        try {
            return JSON.readTree(body.isEmpty() ? "{}" : body);
        } catch (JacksonException e) {
            throw new IOException("an answer that is not JSON");
        }
    }
}
