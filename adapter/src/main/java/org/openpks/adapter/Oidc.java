package org.openpks.adapter;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;
import org.openpks.kernel.Pem;

/// The OpenID Connect provider whose users a cluster takes: the plan's property `oidc`.
/// @param issuerUrl as it stands in the tokens; its discovery document must be reachable from the masters
/// @param clientId whom the tokens must be meant for
/// @param ca the certificate (PEM) of the provider's authority; empty to trust the machine's authorities
record Oidc(
        String issuerUrl,
        String clientId,
        String usernameClaim,
        String usernamePrefix,
        String groupsClaim,
        String groupsPrefix,
        Optional<String> ca) {

    static final String PROPERTY = "oidc";
    private static final Set<String> KEYS = new LinkedHashSet<>(List.of(
            "issuer_url", "client_id", "username_claim", "username_prefix", "groups_claim", "groups_prefix", "ca"));

    /// The plan's provider; empty when it names none. The defaults are the product's own UAA's.
    static Optional<Oidc> of(Properties plan) {
        var properties = plan.map(PROPERTY);
        if (properties.values().isEmpty()) {
            return Optional.empty();
        }
        mistakes(properties.values()).forEach((key, problem) -> {
            throw new Fault(AdapterFault.PLAN_INVALID, "The plan's property oidc.%s %s.".formatted(key, problem));
        });
        return Optional.of(new Oidc(
                properties.text("issuer_url").orElseThrow(),
                properties.text("client_id").orElse("pks_cluster_client"),
                properties.text("username_claim").orElse("user_name"),
                properties.text("username_prefix").orElse("oidc:"),
                properties.text("groups_claim").orElse("roles"),
                properties.text("groups_prefix").orElse("oidc:"),
                properties.text("ca").filter(text -> !text.isBlank())));
    }

    /// What is wrong with the property's values, by key; nothing when there are none.
    static Map<String, String> mistakes(Map<String, Object> values) {
        var mistakes = new LinkedHashMap<String, String>();
        values.forEach((key, value) -> {
            if (!KEYS.contains(key)) {
                mistakes.put(key, "must be one of " + String.join(", ", KEYS));
            } else if (!(value instanceof String)) {
                mistakes.put(key, "must be a text");
            }
        });
        if (!values.isEmpty() && !isHttps(values.get("issuer_url"))) {
            mistakes.putIfAbsent(
                    "issuer_url", "must be an https URL such as https://api.pks.example.com:8443/oauth/token");
        }
        for (var key : List.of("client_id", "username_claim")) {
            if (values.get(key) instanceof String text && text.isBlank()) {
                mistakes.put(key, "must not be empty");
            }
        }
        if (values.get("ca") instanceof String pem && !pem.isBlank() && !isCertificate(pem)) {
            mistakes.put("ca", "must be a certificate in PEM form");
        }
        return mistakes;
    }

    /// The name by which the cluster's roles know a user of the provider.
    String user(String name) {
        return usernamePrefix + name;
    }

    /// The properties of the job kube-apiserver.
    Map<String, Object> properties() {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("issuer_url", issuerUrl);
        properties.put("client_id", clientId);
        properties.put("username_claim", usernameClaim);
        properties.put("username_prefix", usernamePrefix);
        properties.put("groups_claim", groupsClaim);
        properties.put("groups_prefix", groupsPrefix);
        ca.ifPresent(certificate -> properties.put("ca", certificate));
        return properties;
    }

    private static boolean isHttps(@Nullable Object value) {
        try {
            return value instanceof String text
                    && URI.create(text) instanceof URI url
                    && "https".equals(url.getScheme())
                    && url.getHost() != null
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isCertificate(String pem) {
        try {
            return !Pem.certificates(pem).isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
