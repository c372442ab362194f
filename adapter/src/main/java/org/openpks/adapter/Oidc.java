package org.openpks.adapter;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;
import org.openpks.kernel.Pem;

/// The OpenID Connect provider whose users a cluster takes: the plan's property `oidc`, changed by a profile's
/// arguments. kube-apiserver is given a file that takes the place of its `oidc-*` flags, so their meaning is here.
/// @param groupsClaim empty for no groups
/// @param requiredClaims values that claims must have
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
        SortedMap<String, String> requiredClaims,
        Optional<String> ca) {

    static final String PROPERTY = "oidc";
    static final String FLAG_ISSUER = "oidc-issuer-url";
    static final String FLAG_CA = "oidc-ca-file";
    private static final String FLAG_CLIENT = "oidc-client-id";
    private static final String FLAG_USERNAME = "oidc-username-claim";
    private static final String FLAG_USERNAME_PREFIX = "oidc-username-prefix";
    private static final String FLAG_GROUPS = "oidc-groups-claim";
    private static final String FLAG_GROUPS_PREFIX = "oidc-groups-prefix";
    private static final String FLAG_REQUIRED = "oidc-required-claim";
    private static final String EMAIL = "email";

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
                new TreeMap<>(),
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

    /// Takes a profile's `oidc-*` arguments out of those of kube-apiserver and puts them over the plan's provider.
    /// With an issuer of their own nothing of the plan's is left, and what they do not say is as Kubernetes has it.
    static Optional<Oidc> of(Optional<Oidc> plan, KubernetesProfile.Arguments arguments) {
        var flags = new TreeMap<String, String>();
        for (var all : List.of(Map.copyOf(arguments.values()), references(arguments))) {
            all.forEach((flag, value) -> {
                if (flag.startsWith("oidc-")) {
                    flags.put(flag, value);
                    arguments.values().remove(flag);
                    arguments.files().remove(flag);
                }
            });
        }
        if (flags.isEmpty()) {
            return plan;
        }
        var known = Set.of(
                FLAG_ISSUER,
                FLAG_CLIENT,
                FLAG_USERNAME,
                FLAG_USERNAME_PREFIX,
                FLAG_GROUPS,
                FLAG_GROUPS_PREFIX,
                FLAG_REQUIRED,
                FLAG_CA);
        flags.keySet().stream()
                .filter(flag -> !known.contains(flag))
                .findFirst()
                .ifPresent(flag -> {
                    throw Parameters.invalid(
                            KubernetesProfile.PARAMETER, "has %s, which is no flag of kube-apiserver".formatted(flag));
                });
        var issuer = flags.get(FLAG_ISSUER);
        if (issuer == null && plan.isEmpty()) {
            throw Parameters.invalid(
                    KubernetesProfile.PARAMETER,
                    "has %s without %s, and the plan names no provider".formatted(flags.firstKey(), FLAG_ISSUER));
        }
        if (issuer != null && (!isHttps(issuer) || !flags.containsKey(FLAG_CLIENT))) {
            throw Parameters.invalid(
                    KubernetesProfile.PARAMETER,
                    "must have an https URL as %s, and %s beside it".formatted(FLAG_ISSUER, FLAG_CLIENT));
        }
        if (issuer == null && flags.containsKey(FLAG_CA)) {
            throw Parameters.invalid(
                    KubernetesProfile.PARAMETER, "must have %s where it has %s".formatted(FLAG_ISSUER, FLAG_CA));
        }
        var before = issuer == null
                ? plan.orElseThrow()
                : new Oidc(issuer, "", "sub", issuer + "#", "", "", new TreeMap<>(), Optional.empty());
        var username = flags.getOrDefault(FLAG_USERNAME, before.usernameClaim);
        var usernamePrefix = flags.get(FLAG_USERNAME_PREFIX);
        if (usernamePrefix == null) {
            usernamePrefix = issuer != null && username.equals(EMAIL) ? "" : before.usernamePrefix;
        }
        return Optional.of(new Oidc(
                before.issuerUrl,
                flags.getOrDefault(FLAG_CLIENT, before.clientId),
                username,
                usernamePrefix.equals("-") ? "" : usernamePrefix,
                flags.getOrDefault(FLAG_GROUPS, before.groupsClaim),
                flags.getOrDefault(FLAG_GROUPS_PREFIX, before.groupsPrefix),
                required(flags.getOrDefault(FLAG_REQUIRED, "")),
                Optional.ofNullable(flags.get(FLAG_CA)).or(before::ca)));
    }

    private static Map<String, String> references(KubernetesProfile.Arguments arguments) {
        var references = new TreeMap<String, String>();
        arguments.files().forEach((flag, file) -> references.put(flag, file.reference()));
        return references;
    }

    private static SortedMap<String, String> required(String text) {
        var claims = new TreeMap<String, String>();
        for (var pair : text.split(",")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                claims.put(pair.substring(0, equals), pair.substring(equals + 1));
            } else if (!pair.isEmpty()) {
                throw Parameters.invalid(
                        KubernetesProfile.PARAMETER, "must have %s in the form claim=value".formatted(FLAG_REQUIRED));
            }
        }
        return claims;
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
        if (!requiredClaims.isEmpty()) {
            properties.put("required_claims", requiredClaims);
        }
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
