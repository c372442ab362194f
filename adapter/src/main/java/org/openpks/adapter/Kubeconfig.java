package org.openpks.adapter;

import static org.openpks.adapter.Maps.ordered;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Credentials of a binding: a kubeconfig, with its parts beside it for clients that want only those.
final class Kubeconfig {

    private Kubeconfig() {}

    static Map<String, Object> ofToken(ClusterApi api, String account, String token) {
        var credentials = of(api, account, Map.of("token", token));
        credentials.put("token", token);
        return credentials;
    }

    /// A user whom kubectl's `oidc` provider logs in: it renews the id token by the refresh token, and whoever hands
    /// the file out puts both in, because the cluster knows neither.
    static Map<String, Object> ofUser(ClusterApi api, Oidc oidc, String user) {
        var config = new LinkedHashMap<String, Object>();
        config.put("client-id", oidc.clientId());
        config.put("client-secret", "");
        config.put("idp-issuer-url", oidc.issuerUrl());
        oidc.ca().ifPresent(ca -> config.put("idp-certificate-authority-data", base64(ca)));
        config.put("id-token", "");
        config.put("refresh-token", "");
        return of(api, user, Map.of("auth-provider", ordered("name", "oidc", "config", config)));
    }

    private static Map<String, Object> of(ClusterApi api, String user, Map<String, Object> secret) {
        var host = api.host();
        var server = api.server();
        var cluster = ordered("certificate-authority-data", base64(api.authority()), "server", server);
        var kubeconfig = new LinkedHashMap<String, Object>();
        kubeconfig.put("apiVersion", "v1");
        kubeconfig.put("kind", "Config");
        kubeconfig.put("preferences", Map.of());
        kubeconfig.put("current-context", host);
        kubeconfig.put("clusters", List.of(ordered("name", host, "cluster", cluster)));
        kubeconfig.put("contexts", List.of(ordered("name", host, "context", ordered("cluster", host, "user", user))));
        kubeconfig.put("users", List.of(ordered("name", user, "user", secret)));
        var credentials = new LinkedHashMap<String, Object>();
        credentials.put("server", server);
        credentials.put("ca", api.authority());
        credentials.put("user", user);
        credentials.put("kubeconfig", kubeconfig);
        return credentials;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
