package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What the audit log says of the life of a cluster, and what it does not say. That no request is missing is for
/// [ScopesIT] to test, with every route.
class AuditIT {

    private TestApi api;
    private AuditLog audit;

    @BeforeEach
    void start() {
        api = new TestApi();
        audit = new AuditLog();
    }

    @AfterEach
    void stop() {
        audit.close();
        api.close();
    }

    private JsonNode event(String action, String result) {
        TestApi.await(() -> audit.events().stream().anyMatch(event -> is(event, action, result)), () -> "no %s %s in %s"
                .formatted(action, result, audit.lines()));
        return audit.events().stream()
                .filter(event -> is(event, action, result))
                .findFirst()
                .orElseThrow();
    }

    private static boolean is(JsonNode event, String action, String result) {
        return event.path("action").asString().equals(action)
                && event.path("result").asString().equals(result);
    }

    @Test
    void tellsWhoAskedForAChangeAndHowItEnded() {
        api.as(api.uaa.token("cody", "pks.clusters.manage"));
        var answer = api.create("logs");
        var asked = event("create-cluster", "accepted");
        assertThat(asked.path("message").asString())
                .startsWith("Action 'create-cluster' by user 'cody', cluster name: 'logs', plan name: 'small'");
        assertThat(asked.propertyNames())
                .containsExactly(
                        "time",
                        "action",
                        "result",
                        "user",
                        "userKind",
                        "origin",
                        "client",
                        "token",
                        "status",
                        "requestId",
                        "remoteAddress",
                        "method",
                        "path",
                        "cluster",
                        "plan",
                        "operation",
                        "message");
        assertThat(asked.path("origin").asString()).isEqualTo("uaa");
        assertThat(asked.path("client").asString()).isEqualTo("pks_cli");
        assertThat(asked.path("requestId").asString())
                .isEqualTo(answer.headers().firstValue("X-Request-Id").orElseThrow());
        var ended = event("create-cluster", "succeeded");
        assertThat(ended.path("user").asString()).isEqualTo("cody");
        assertThat(ended.path("cluster").asString()).isEqualTo("logs");
        assertThat(ended.path("operation")).isEqualTo(asked.path("operation"));

        api.broker.misbehave(request -> request.startsWith("PATCH"), 422, "{\"description\":\"Not so.\"}", 1);
        api.patch("/v1/clusters/logs", "{\"kubernetes_worker_instances\":4}");
        assertThat(event("update-cluster", "accepted").path("changes").asString())
                .isEqualTo("workers=4");
        assertThat(event("update-cluster", "failed").path("detail").asString()).contains("Not so.");

        api.broker.offered = "1.38.0";
        api.patch("/v1/clusters", "{\"clusters\":[\"logs\"]}");
        var upgrade = event("upgrade-clusters", "accepted");
        assertThat(StreamSupport.stream(upgrade.path("clusters").spliterator(), false)
                        .map(JsonNode::asString))
                .containsExactly("logs");
        assertThat(upgrade.path("task").asString()).isNotEmpty();
        event("upgrade-cluster", "succeeded");

        api.delete("/v1/clusters/logs");
        event("delete-cluster", "accepted");
        event("delete-cluster", "succeeded");
    }

    @Test
    void callsEveryEndByTheCommandThatBeganIt() {
        api.create("one");
        api.awaitState("one", "CREATE succeeded");
        api.post("/v1/clusters/one/certificates/rotate", "{\"scope\":\"leaf\"}");
        var rotation = event("rotate-certificates", "accepted").path("operation");
        assertThat(event("rotate-certificates", "succeeded").path("operation")).isEqualTo(rotation);

        api.broker.instant = false;
        api.patch("/v1/clusters/one", "{\"kubernetes_worker_instances\":4}");
        api.broker.awaitUpdate();
        api.delete("/v1/clusters/one");
        var superseded = event("update-cluster", "superseded");
        assertThat(superseded.path("operation"))
                .isEqualTo(event("update-cluster", "accepted").path("operation"));
        assertThat(superseded.path("cluster").asString()).isEqualTo("one");
        api.broker.instant = true;
        api.broker.end("succeeded", "");
        event("delete-cluster", "succeeded");
    }

    @Test
    void tellsOfUpgradesWhoseTurnNeverComes() {
        for (var name : List.of("one", "two")) {
            api.create(name);
            api.awaitState(name, "CREATE succeeded");
        }
        api.broker.offered = "1.38.0";
        api.broker.misbehave(request -> request.startsWith("PATCH"), 422, "{\"description\":\"Not so.\"}", 1);
        api.patch("/v1/clusters", "{\"canaries\":[\"one\"],\"clusters\":[\"two\"]}");
        var withdrawn = event("upgrade-cluster", "withdrawn");
        assertThat(withdrawn.path("cluster").asString()).isEqualTo("two");
        assertThat(withdrawn.path("task"))
                .isEqualTo(event("upgrade-clusters", "accepted").path("task"));
        assertThat(event("upgrade-cluster", "failed").path("cluster").asString())
                .isEqualTo("one");
        assertThat(audit.events().stream().filter(event -> is(event, "upgrade-cluster", "withdrawn")))
                .hasSize(1);
    }

    @Test
    void tellsOfCredentialsForWhomTheyAre() {
        api.create("one");
        api.awaitState("one", "CREATE succeeded");
        api.post("/v1/clusters/one/binds", null);
        assertThat(event("get-credentials", "accepted").path("binding").asString())
                .isNotEmpty();
        api.get("/v1/clusters/one/binds/bob?suppressClusterRoleBinding=true");
        var event = event("get-kubeconfig", "accepted");
        assertThat(event.path("for").asString()).isEqualTo("bob");
        assertThat(event.path("administrator").asBoolean()).isFalse();
        assertThat(event.path("path").asString()).isEqualTo("/v1/clusters/one/binds/bob");
    }

    @Test
    void tellsOfRefusalsAndWhy() {
        api.post("/v1/quotas", "{\"owner\":\"cody\",\"limit\":{\"cpu\":1}}");
        api.as(api.uaa.token("cody", "pks.clusters.manage"));
        api.create("one");
        var spent = event("create-cluster", "refused");
        assertThat(spent.path("code").asString()).isEqualTo("QUOTA_EXCEEDED");
        assertThat(spent.path("cluster").asString()).isEqualTo("one");
        assertThat(spent.path("message").asString())
                .isEqualTo("Action 'create-cluster' by user 'cody', cluster name: 'one', plan name: 'small': refused");
        api.patch("/v1/clusters/none", "{\"kubernetes_worker_instances\":4}");
        assertThat(event("update-cluster", "refused").path("code").asString()).isEqualTo("CLUSTER_UNKNOWN");
        api.patch("/v1/quotas/cody", "{");
        assertThat(event("update-quota", "refused").path("code").asString()).isEqualTo("REQUEST_INVALID");
        api.post("/v1/nothing", "{}");
        assertThat(event("unknown", "refused").path("path").asString()).isEqualTo("/v1/nothing");
        api.as("");
        api.delete("/v1/clusters/one");
        assertThat(event("delete-cluster", "refused").path("code").asString()).isEqualTo("UNAUTHENTICATED");
    }

    @Test
    void takesTheRequestsIdOfOthersAndNothingThatCouldForgeALine() {
        api.post("/v1/clusters", TestApi.order("a\nb", "one.example.com", "small\r\n{\"action\":\"forged\"}"));
        api.get("/v1/clusters/x%0a%7B%22action%22:%22forged%22%7D/binds/bob%0A");
        for (var line : audit.lines()) {
            assertThat(line).doesNotContain("\n", "\r");
        }
        assertThat(audit.events())
                .noneMatch(event -> event.path("action").asString().equals("forged"));
    }

    @Test
    void holdsNoSecret() {
        var token = api.uaa.token("cody", "pks.clusters.manage");
        api.as(token);
        api.create("one");
        api.awaitState("one", "CREATE succeeded");
        api.post("/v1/clusters/one/binds", null);
        api.get("/v1/clusters/one/binds/cody?access_token=" + token);
        api.patch(
                "/v1/clusters/one",
                "{\"custom_ca_certs\":[{\"domain_name\":\"a.example.com\",\"ca_cert\":\"hidden-words\"}]}");
        api.post("/v1/kubernetes-profiles", "{\"name\":\"p\",\"file-arguments\":\"hidden-words\"}");
        api.delete("/v1/clusters/one");
        event("delete-cluster", "succeeded");
        var all = String.join("\n", audit.lines());
        for (var secret :
                List.of(token, token.split("\\.")[2], "secret-token", "hidden-words", "Q0E=", "Basic ", "Bearer")) {
            assertThat(all).doesNotContain(secret);
        }
    }
}
