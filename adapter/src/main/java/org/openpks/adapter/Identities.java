package org.openpks.adapter;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.openpks.kernel.Fault;
import tools.jackson.databind.JsonNode;

/// What bindings are in a cluster. Each has an identity of its own, which ends with it:
///
/// - a service account `default/BINDING` with a token, or, where the cluster takes users from an OpenID Connect
///   provider and the binding names one, that user;
/// - the role `cluster-admin` for it, unless the binding is to bring no rights.
///
/// The API server looks accounts up at every request, so a token ends with its account, also when an account of the
/// same name follows.
final class Identities {

    private static final Duration TOKEN_LIFE = Duration.ofDays(365);
    private static final Pattern BINDING_ID = Pattern.compile("[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?");
    private static final String NAMESPACE = "default";
    /// What a binding was asked to be, beside the objects that it is.
    private static final String ASKED = "openpks.org/binding-of";

    private final ClusterApi api;
    private final Optional<Oidc> oidc;

    private Identities(ClusterApi api, Optional<Oidc> oidc) {
        this.api = api;
        this.oidc = oidc;
    }

    static Identities of(String manifest, Map<String, List<String>> vms, Map<String, Object> secrets) {
        var deployed = DeployedManifest.parse(manifest);
        return new Identities(ClusterApi.of(deployed, vms, secrets), deployed.oidc());
    }

    /// Makes the identity and returns its credentials. Again with the same wishes it is the same identity.
    /// @throws Fault [AdapterFault#BINDING_EXISTS] when it is there with other wishes
    Map<String, Object> bind(String bindingId, BindParameters wishes) {
        var id = checked(bindingId);
        var user = oidc.flatMap(provider -> wishes.userName().map(provider::user));
        var asked = user.map(name -> "user " + name).orElse("service account") + ", "
                + (wishes.administrator() ? "cluster-admin" : "no role");
        refuseOther(account(id), asked);
        refuseOther(grant(id), asked);
        var metadata = metadata(id, asked);
        if (user.isEmpty()) {
            api.apply(account(id), serviceAccount(id, metadata));
        }
        if (wishes.administrator()) {
            api.apply(
                    grant(id),
                    administrator(
                            id,
                            metadata,
                            user.map(name -> subject("User", name))
                                    .orElseGet(() ->
                                            Map.of("kind", "ServiceAccount", "name", id, "namespace", NAMESPACE))));
        }
        return user.isPresent()
                ? Kubeconfig.ofUser(api, oidc.orElseThrow(), wishes.userName().orElseThrow())
                : Kubeconfig.ofToken(api, id, token(id));
    }

    /// Removes the identity; its tokens and rights end at once.
    /// @throws Fault [AdapterFault#BINDING_MISSING] when there is nothing of it
    void unbind(String bindingId) {
        var id = checked(bindingId);
        boolean granted = api.delete(grant(id));
        boolean known = api.delete(account(id));
        if (!granted && !known) {
            throw new Fault(
                    AdapterFault.BINDING_MISSING, "The cluster has no identity of this binding.", "binding=" + id);
        }
    }

    private void refuseOther(String path, String asked) {
        var before = api.find(path)
                .map(object -> object.path("metadata").path("annotations").path(ASKED))
                .filter(JsonNode::isString)
                .map(JsonNode::asString);
        if (before.isPresent() && !before.get().equals(asked)) {
            throw new Fault(
                    AdapterFault.BINDING_EXISTS,
                    "There is a binding with this id that was made with other attributes.",
                    "before=%s now=%s".formatted(before.get(), asked));
        }
    }

    private String token(String id) {
        var answer = api.create(
                account(id) + "/token",
                Map.of(
                        "apiVersion", "authentication.k8s.io/v1",
                        "kind", "TokenRequest",
                        "spec", Map.of("expirationSeconds", TOKEN_LIFE.toSeconds())));
        var token = answer.path("status").path("token").asString("");
        if (token.isEmpty()) {
            throw new Fault(AdapterFault.CLUSTER_UNREACHABLE, "The cluster gave no token.");
        }
        return token;
    }

    private static Map<String, Object> metadata(String id, String asked) {
        return Map.of(
                "labels", Map.of("app.kubernetes.io/managed-by", "openpks", "openpks.org/binding", id),
                "annotations", Map.of(ASKED, asked));
    }

    private static Map<String, Object> serviceAccount(String id, Map<String, Object> metadata) {
        var named = new LinkedHashMap<>(metadata);
        named.put("name", id);
        named.put("namespace", NAMESPACE);
        return Map.of("apiVersion", "v1", "kind", "ServiceAccount", "metadata", named);
    }

    private static Map<String, Object> administrator(
            String id, Map<String, Object> metadata, Map<String, Object> subject) {
        var named = new LinkedHashMap<>(metadata);
        named.put("name", grantName(id));
        return Map.of(
                "apiVersion",
                "rbac.authorization.k8s.io/v1",
                "kind",
                "ClusterRoleBinding",
                "metadata",
                named,
                "roleRef",
                Map.of("apiGroup", "rbac.authorization.k8s.io", "kind", "ClusterRole", "name", "cluster-admin"),
                "subjects",
                List.of(subject));
    }

    private static Map<String, Object> subject(String kind, String name) {
        return Map.of("apiGroup", "rbac.authorization.k8s.io", "kind", kind, "name", name);
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
