package org.openpks.adapter;

import static org.openpks.adapter.Maps.ordered;

import java.util.List;
import java.util.Map;

/// What the Director generates for a cluster, and how jobs refer to it: only what is the same on every machine. The
/// certificates that name one are made there.
final class ClusterVariables {

    static final String ADMIN = "tls-kubernetes-admin";
    static final String ETCD = "tls-etcdctl";
    static final String FRONT_PROXY = "tls-front-proxy-client";

    private static final String SERVICE_ACCOUNT_KEY = "service-account-key";
    private static final String ENCRYPTION_KEY = "encryption-key";
    private static final String NODE_TOKEN = "node-token";
    private static final int CERTIFICATE_DAYS = 1460;
    private static final int ENCRYPTION_KEY_LENGTH = 32;
    private static final int TOKEN_LENGTH = 40;

    static final String ENCRYPTION_KEY_VALUE = "((" + ENCRYPTION_KEY + "))";
    static final String NODE_TOKEN_VALUE = "((" + NODE_TOKEN + "))";

    private ClusterVariables() {}

    static List<Object> all() {
        return List.of(
                authority("kubernetes_ca", "kubernetes"),
                authority("etcd_ca", "etcd"),
                authority("front_proxy_ca", "front-proxy"),
                client(ADMIN, "kubernetes_ca", "common_name", "admin", "organization", "system:masters"),
                client(ETCD, "etcd_ca", "common_name", "etcdctl"),
                client(FRONT_PROXY, "front_proxy_ca", "common_name", "front-proxy-client"),
                variable(SERVICE_ACCOUNT_KEY, "rsa", Map.of()),
                variable(ENCRYPTION_KEY, "password", ordered("length", ENCRYPTION_KEY_LENGTH)),
                variable(NODE_TOKEN, "password", ordered("length", TOKEN_LENGTH)));
    }

    private static Map<String, Object> authority(String name, String commonName) {
        return variable(
                name, "certificate", ordered("is_ca", true, "common_name", commonName, "duration", CERTIFICATE_DAYS));
    }

    private static Map<String, Object> client(String name, String authority, String... subject) {
        var options = ordered("ca", authority);
        options.putAll(ordered((Object[]) subject));
        options.put("extended_key_usage", List.of("client_auth"));
        options.put("duration", CERTIFICATE_DAYS);
        return variable(name, "certificate", options);
    }

    private static Map<String, Object> variable(String name, String type, Map<String, Object> options) {
        var variable = ordered("name", name, "type", type);
        if (!options.isEmpty()) {
            variable.put("options", options);
        }
        return variable;
    }

    /// References to a certificate and its key.
    static Map<String, Object> pair(String variable) {
        return ordered("certificate", part(variable, "certificate"), "private_key", part(variable, "private_key"));
    }

    /// The same, and to the authorities that its bearer believes.
    static Map<String, Object> identity(String variable) {
        var identity = ordered("ca", part(variable, "ca"));
        identity.putAll(pair(variable));
        return identity;
    }

    static String part(String variable, String key) {
        return "((" + variable + "." + key + "))";
    }

    static Map<String, Object> serviceAccountKey() {
        return ordered(
                "public_key", part(SERVICE_ACCOUNT_KEY, "public_key"),
                "private_key", part(SERVICE_ACCOUNT_KEY, "private_key"));
    }
}
