package org.openpks.api.credentials;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openpks.api.cluster.Cluster;
import org.openpks.api.cluster.ClusterFault;
import org.openpks.kernel.Fault;

/// Kubeconfigs as JSON objects. The broker knows service instances; the names that people use are put in here.
final class Kubeconfig {

    private Kubeconfig() {}

    /// The broker's credentials with the context and the cluster's entry named after the cluster. They are a
    /// kubeconfig, or carry one under the key `kubeconfig`.
    /// @throws Fault with [ClusterFault#BROKER_REFUSED] when they are neither
    static Map<String, Object> named(Map<String, Object> credentials, Cluster cluster) {
        var source = object(credentials.getOrDefault("kubeconfig", credentials));
        var clusters = list(source.get("clusters"));
        var users = list(source.get("users"));
        if (clusters.isEmpty() || users.isEmpty()) {
            throw new Fault(
                    ClusterFault.BROKER_REFUSED,
                    "The PKS Broker gave no credentials that can be used.",
                    "keys=" + credentials.keySet());
        }
        var name = cluster.name().value();
        var entry = object(clusters.getFirst().get("cluster"));
        var user = users.getFirst();
        return config(name, entry, String.valueOf(user.get("name")), object(user.get("user")));
    }

    /// Whether it names a user of the cluster's OpenID provider, and so holds no secret.
    static boolean isForProvidersUser(Map<String, Object> kubeconfig) {
        return list(kubeconfig.get("users")).stream()
                .anyMatch(user -> object(user.get("user")).containsKey("auth-provider"));
    }

    private static Map<String, Object> config(
            String name, Map<String, Object> cluster, String user, Map<String, Object> credentials) {
        var config = new LinkedHashMap<String, Object>();
        config.put("preferences", Map.of());
        config.put("apiVersion", "v1");
        config.put("kind", "Config");
        config.put("current-context", name);
        config.put("contexts", List.of(pair(name, "context", pairs("cluster", name, "user", user))));
        config.put("clusters", List.of(pair(name, "cluster", cluster)));
        config.put("users", List.of(pair(user, "user", credentials)));
        return config;
    }

    private static Map<String, Object> pair(String name, String key, Map<String, Object> value) {
        return pairs("name", name, key, value);
    }

    private static Map<String, Object> pairs(String first, Object one, String second, Object two) {
        var map = new LinkedHashMap<String, Object>();
        map.put(first, one);
        map.put(second, two);
        return map;
    }

    private static Map<String, Object> object(@Nullable Object value) {
        var map = new LinkedHashMap<String, Object>();
        if (value instanceof Map<?, ?> entries) {
            entries.forEach((key, entry) -> map.put(String.valueOf(key), entry));
        }
        return map;
    }

    private static List<Map<String, Object>> list(@Nullable Object value) {
        var maps = new ArrayList<Map<String, Object>>();
        if (value instanceof List<?> entries) {
            entries.forEach(entry -> maps.add(object(entry)));
        }
        return maps;
    }
}
