package org.openpks.adapter;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openpks.kernel.Fault;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A running cluster's API, used as its administrator to make and remove identities.
///
/// Calls go to the cluster's own address if it has one, else to the masters', which their certificates name, and try
/// one after the other. Nothing here depends on DNS; only the address that is handed out prefers the external name when
/// it answers.
final class ClusterAccess {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final long TOKEN_SECONDS = Duration.ofDays(365).toSeconds();
    private static final Pattern BINDING_ID = Pattern.compile("[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?");
    private static final String NAMESPACE = "default";

    private final String host;
    private final int port;
    private final List<String> servers;
    private final String authority;
    private final HttpClient client;

    /// @param servers the one that is handed out first
    private ClusterAccess(String host, int port, List<String> servers, String authority, HttpClient client) {
        this.host = host;
        this.port = port;
        this.servers = servers;
        this.authority = authority;
        this.client = client;
    }

    static ClusterAccess of(String manifest, Map<String, List<String>> vms, Map<String, Object> secrets) {
        var parameters = DeployedManifest.parse(manifest).parameters();
        var masters = vms.getOrDefault("master", List.of());
        if (masters.isEmpty()) {
            throw new Fault(AdapterFault.CLUSTER_UNREACHABLE, "The cluster has no master machine.");
        }
        var bundle = new ManifestSecrets(secrets);
        var authority = bundle.value("kubernetes_ca", "certificate");
        var identity = new ClientIdentity(
                bundle.value(ManifestGenerator.ADMIN_VARIABLE, "certificate"),
                bundle.value(ManifestGenerator.ADMIN_VARIABLE, "private_key"));
        var servers = Stream.concat(ApiAddress.among(parameters).stream(), masters.stream())
                .toList();
        var host = parameters.getOrDefault(Parameters.MASTER_HOST, masters.getFirst());
        var port = parameters.getOrDefault(Parameters.MASTER_PORT, Parameters.DEFAULT_PORT);
        return new ClusterAccess(
                String.valueOf(host),
                ((Number) port).intValue(),
                servers,
                authority,
                identity.client(authority, CONNECT_TIMEOUT));
    }

    /// Makes a service account of the binding's name, gives it the cluster, and returns its credentials.
    Map<String, Object> bind(String bindingId) {
        var id = checked(bindingId);
        var labels = Map.of("app.kubernetes.io/managed-by", "openpks", "openpks.org/binding", id);
        apply(
                account(id),
                Map.of(
                        "apiVersion", "v1",
                        "kind", "ServiceAccount",
                        "metadata", Map.of("name", id, "namespace", NAMESPACE, "labels", labels)));
        apply(
                grant(id),
                Map.of(
                        "apiVersion", "rbac.authorization.k8s.io/v1",
                        "kind", "ClusterRoleBinding",
                        "metadata", Map.of("name", grantName(id), "labels", labels),
                        "roleRef",
                                Map.of(
                                        "apiGroup", "rbac.authorization.k8s.io",
                                        "kind", "ClusterRole",
                                        "name", "cluster-admin"),
                        "subjects", List.of(Map.of("kind", "ServiceAccount", "name", id, "namespace", NAMESPACE))));
        var answer = call(
                "POST",
                account(id) + "/token",
                "application/json",
                Map.of(
                        "apiVersion", "authentication.k8s.io/v1",
                        "kind", "TokenRequest",
                        "spec", Map.of("expirationSeconds", TOKEN_SECONDS)),
                Set.of(200, 201));
        var token = answer.path("status").path("token").asString("");
        if (token.isEmpty()) {
            throw new Fault(AdapterFault.CLUSTER_UNREACHABLE, "The cluster gave no token.");
        }
        return credentials(id, token);
    }

    /// Removes the account; its tokens are worthless from then on.
    void unbind(String bindingId) {
        var id = checked(bindingId);
        call("DELETE", grant(id), "", Map.of(), Set.of(200, 202, 404));
        call("DELETE", account(id), "", Map.of(), Set.of(200, 202, 404));
    }

    private Map<String, Object> credentials(String user, String token) {
        var server = "https://" + (answers(host) ? host : servers.getFirst()) + ":" + port;
        var authorityData = Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.US_ASCII));
        var kubeconfig = new LinkedHashMap<String, Object>();
        kubeconfig.put("apiVersion", "v1");
        kubeconfig.put("kind", "Config");
        kubeconfig.put("preferences", Map.of());
        kubeconfig.put("current-context", host);
        kubeconfig.put(
                "clusters",
                List.of(ordered(
                        "name",
                        host,
                        "cluster",
                        ordered("certificate-authority-data", authorityData, "server", server))));
        kubeconfig.put("contexts", List.of(ordered("name", host, "context", ordered("cluster", host, "user", user))));
        kubeconfig.put("users", List.of(ordered("name", user, "user", Map.of("token", token))));
        var credentials = new LinkedHashMap<String, Object>();
        credentials.put("server", server);
        credentials.put("ca", authority);
        credentials.put("user", user);
        credentials.put("token", token);
        credentials.put("kubeconfig", kubeconfig);
        return credentials;
    }

    private static Map<String, Object> ordered(String first, Object one, String second, Object two) {
        var map = new LinkedHashMap<String, Object>();
        map.put(first, one);
        map.put(second, two);
        return map;
    }

    /// Whether the external name leads to something that listens. It often does not yet: its balancer or DNS entry
    /// is made by hand after the cluster, and the kubeconfig shall work before.
    private boolean answers(String name) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(name, port), (int) CONNECT_TIMEOUT.toMillis());
            return true;
        } catch (IOException | UnresolvedAddressException e) {
            return false;
        }
    }

    private void apply(String path, Map<String, Object> object) {
        call(
                "PATCH",
                path + "?fieldManager=openpks&force=true",
                "application/apply-patch+yaml",
                object,
                Set.of(200, 201));
    }

    private JsonNode call(String method, String path, String type, Map<String, Object> body, Set<Integer> good) {
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
                var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
                var tree = JSON.readTree(answer.body().isEmpty() ? "{}" : answer.body());
                if (good.contains(answer.statusCode())) {
                    return tree;
                }
                var reason = tree.path("message").asString("HTTP " + answer.statusCode());
                if (answer.statusCode() < 500) {
                    throw new Fault(
                            AdapterFault.CLUSTER_UNREACHABLE,
                            "The cluster's API refused: " + reason,
                            "%s %s: %d".formatted(method, path, answer.statusCode()));
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

    private static String checked(String bindingId) {
        if (!BINDING_ID.matcher(bindingId).matches()) {
            throw Parameters.invalid("binding_id", "must consist of lower case letters, digits and '-'");
        }
        return bindingId;
    }

    private static String account(String id) {
        return "/api/v1/namespaces/" + NAMESPACE + "/serviceaccounts/" + id;
    }

    private static String grant(String id) {
        return "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/" + grantName(id);
    }

    private static String grantName(String id) {
        return "openpks:binding:" + id;
    }
}
