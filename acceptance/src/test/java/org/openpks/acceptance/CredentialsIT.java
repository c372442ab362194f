package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a binding brings into a cluster, and that nothing of it stays.
@ExtendWith(ProductExtension.class)
class CredentialsIT {

    private static final String CLUSTER = "work";
    private static final String FEDERATED = "federated";
    private static final Duration AT_ONCE = Duration.ofSeconds(1);
    private static final JsonMapper JSON = new JsonMapper();

    private final Product product;

    CredentialsIT(Product product) {
        this.product = product;
    }

    @Test
    void endsTheTokenOfABindingWithTheBinding() {
        product.cluster(CLUSTER, "small", 3);
        var broker = new Bindings();
        var binding = UUID.randomUUID().toString();
        var other = UUID.randomUUID().toString();
        try {
            var first = broker.bind(binding, Map.of());
            var bystander = broker.bind(other, Map.of());
            assertThat(status(first)).isEqualTo(200);
            assertThat(status(bystander)).isEqualTo(200);

            broker.unbind(binding);
            Eventually.holds(AT_ONCE, "the old token is refused", () -> status(first) == 401);
            assertThat(status(bystander)).isEqualTo(200);

            var second = broker.bind(binding, Map.of());
            assertThat(status(second)).isEqualTo(200);
            assertThat(status(first)).as("the old token of the same id").isEqualTo(401);
        } finally {
            broker.unbind(binding);
            broker.unbind(other);
        }
        assertThat(product.kubectl(CLUSTER, "get", "serviceaccounts,clusterrolebindings", "-o", "name")
                        .ok()
                        .out())
                .doesNotContain(binding)
                .doesNotContain(other);
    }

    @Test
    void bringsNoRightsWhenNoneAreWished() {
        product.cluster(CLUSTER, "small", 3);
        var broker = new Bindings();
        var binding = UUID.randomUUID().toString();
        try {
            assertThat(status(broker.bind(binding, Map.of("suppress_cluster_role_binding", true))))
                    .isEqualTo(403);
            assertThat(broker.send("PUT", binding, Map.of()).statusCode())
                    .as("the same id with other rights")
                    .isEqualTo(409);
            assertThat(broker.send("PUT", UUID.randomUUID().toString(), Map.of("role", "view"))
                            .statusCode())
                    .as("a parameter that bindings do not have")
                    .isEqualTo(400);
        } finally {
            broker.unbind(binding);
        }
    }

    @Test
    void takesTheUsersOfAnOpenIdConnectProvider() {
        var issuer = product.issuer();
        // The bridge with the gateway's address is there with the first node.
        product.cluster(CLUSTER, "small", 3);
        issuer.start();
        try {
            product.cluster(FEDERATED, Issuer.PLAN, 1);
            var kubeconfig = kubeconfig();
            assertThat(kubeconfig.at("/users/0/name").asString()).isEqualTo("admin");
            var provider = kubeconfig.at("/users/0/user/auth-provider");
            assertThat(provider.path("name").asString()).isEqualTo("oidc");
            assertThat(provider.at("/config/idp-issuer-url").asString()).isEqualTo(issuer.url());
            assertThat(provider.at("/config/client-id").asString()).isEqualTo(Issuer.CLIENT);

            var soon = Instant.now().plusSeconds(600);
            var admin = issuer.token("admin", List.of(), Issuer.CLIENT, soon);
            Eventually.holds(
                    Duration.ofSeconds(60),
                    "get-credentials let the user in",
                    () -> federated(kubeconfig, admin) == 200);
            assertThat(federated(kubeconfig, issuer.token("alana", List.of("devs"), Issuer.CLIENT, soon)))
                    .as("a user without roles")
                    .isEqualTo(403);
            assertThat(federated(kubeconfig, issuer.token("admin", List.of(), "another", soon)))
                    .as("a token for another client")
                    .isEqualTo(401);
            assertThat(federated(
                            kubeconfig,
                            issuer.token(
                                    "admin",
                                    List.of(),
                                    Issuer.CLIENT,
                                    Instant.now().minusSeconds(60))))
                    .as("a token that has expired")
                    .isEqualTo(401);

            product.kubectl(
                            FEDERATED,
                            "--token",
                            admin,
                            "create",
                            "clusterrolebinding",
                            "devs",
                            "--clusterrole=view",
                            "--group=oidc:devs")
                    .ok();
            assertThat(federated(kubeconfig, issuer.token("alana", List.of("devs"), Issuer.CLIENT, soon)))
                    .as("a user whose group has a role")
                    .isEqualTo(200);
        } finally {
            issuer.close();
            product.pks("delete-cluster", FEDERATED, "--wait", "--non-interactive");
        }
    }

    private JsonNode kubeconfig() {
        return JSON.readTree(product.kubectl(FEDERATED, "config", "view", "--minify", "--raw", "-o", "json")
                .ok()
                .out());
    }

    private int federated(JsonNode kubeconfig, String token) {
        var cluster = kubeconfig.at("/clusters/0/cluster");
        var ca = new String(
                Base64.getDecoder()
                        .decode(cluster.path("certificate-authority-data").asString()),
                StandardCharsets.US_ASCII);
        return status(cluster.path("server").asString(), ca, token);
    }

    /// The broker's bindings of the cluster, asked for as a platform does.
    private final class Bindings {

        private final Map<String, String> settings = product.exports();
        private final String instance;
        private final String service;
        private final String plan;

        Bindings() {
            instance = JSON.readTree(
                            product.pks("cluster", CLUSTER, "--json").ok().out())
                    .path("uuid")
                    .asString();
            var offer = JSON.readTree(product.send(request(settings.get("BROKER_URL") + "/v2/catalog")
                                    .GET())
                            .body())
                    .path("services")
                    .path(0);
            service = offer.path("id").asString();
            plan = offer.path("plans")
                    .valueStream()
                    .filter(one -> one.path("name").asString().equals("small"))
                    .map(one -> one.path("id").asString())
                    .findFirst()
                    .orElseThrow();
        }

        JsonNode bind(String binding, Map<String, Object> parameters) {
            var response = send("PUT", binding, parameters);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
            return JSON.readTree(response.body()).path("credentials");
        }

        void unbind(String binding) {
            var response = send("DELETE", binding, Map.of());
            assertThat(response.statusCode()).as(response.body()).isIn(200, 410);
        }

        HttpResponse<String> send(String method, String binding, Map<String, Object> parameters) {
            var request = request("%s/v2/service_instances/%s/service_bindings/%s?service_id=%s&plan_id=%s"
                    .formatted(settings.get("BROKER_URL"), instance, binding, service, plan));
            var body = Map.of("service_id", service, "plan_id", plan, "parameters", parameters);
            return product.send(request.method(
                    method,
                    method.equals("PUT")
                            ? HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))
                            : HttpRequest.BodyPublishers.noBody()));
        }

        private HttpRequest.Builder request(String url) {
            var login = settings.get("BROKER_USER") + ":" + settings.get("BROKER_PASSWORD");
            return HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(30))
                    .header("X-Broker-API-Version", "2.17")
                    .header("Content-Type", "application/json")
                    .header(
                            "Authorization",
                            "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private int status(JsonNode credentials) {
        return status(
                credentials.path("server").asString(),
                credentials.path("ca").asString(),
                credentials.path("token").asString());
    }

    /// What a cluster answers to a request for its namespaces.
    private int status(String server, String ca, String token) {
        var request = HttpRequest.newBuilder(URI.create(server + "/api/v1/namespaces"))
                .timeout(Duration.ofSeconds(5))
                .header("Authorization", "Bearer " + token)
                .GET();
        return product.send(request, ca).statusCode();
    }
}
