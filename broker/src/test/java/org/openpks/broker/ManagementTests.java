package org.openpks.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.osb.OsbJson;

/// The management API that the operator's errands use.
class ManagementTests extends WithBroker {

    private static final Map<String, Object> SMALL = Map.of("plan_id", "plan-small");

    private static TestBroker.Answer maintain(String instance, String type, @Nullable Object body) {
        return broker.send("PATCH", "/mgmt/service_instances/%s?operation_type=%s".formatted(instance, type), body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /mgmt/service_instances",
                "GET /mgmt/orphan_deployments",
                "GET /mgmt/metrics",
                "PATCH /mgmt/service_instances/a"
            })
    void asksForCredentialsButForNoVersion(String route) {
        var parts = route.split(" ");
        assertThat(broker.send(parts[0], parts[1], null, Map.of("Authorization", ""))
                        .status())
                .isEqualTo(401);
        assertThat(broker.send(parts[0], parts[1], null, Map.of("X-Broker-API-Version", ""))
                        .status())
                .isNotIn(401, 412);
    }

    @Test
    void listsInstancesOfAPlace() {
        broker.created("a");
        broker.provision("b", Map.of());
        var all = broker.send("GET", "/mgmt/service_instances", null).body();
        assertThat(all.size()).isEqualTo(2);
        assertThat(all.path(0)).isEqualTo(OsbJson.MAPPER.readTree("""
                        {"service_instance_id": "a", "plan_id": "plan-small", "space_guid": "space"}
                        """));
        assertThat(broker.send("GET", "/mgmt/service_instances?cf_org=org&cf_space=space", null)
                        .body()
                        .size())
                .isEqualTo(2);
        assertThat(broker.send("GET", "/mgmt/service_instances?cf_space=other", null)
                        .body()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void upgradesToWhatIsConfigured() throws IOException {
        broker.created("a");
        assertThat(maintain("a", "upgrade", SMALL).status()).isEqualTo(204);
        try (var newer = new TestBroker(director, directory, Duration.ZERO, "2.0")) {
            var path = "/mgmt/service_instances/a?operation_type=upgrade";
            var answer = newer.send("PATCH", path, SMALL);
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.text("OperationType")).isEqualTo("upgrade");
            assertThat(answer.body().path("BoshTaskID").asLong()).isPositive();
            assertThat(newer.send("PATCH", path, SMALL).status()).isEqualTo(409);
            var operation = OsbJson.MAPPER.writeValueAsString(answer.body());
            assertThat(newer.poll("a", operation).text("description")).isEqualTo("Instance upgrade in progress");
            assertThat(newer.finish("a", operation).text("state")).isEqualTo("succeeded");
            assertThat(director.deployments.get("service-instance_a").manifest).contains("version: '2.0'");
            assertThat(newer.send("GET", TestBroker.path("a"), null)
                            .body()
                            .path("maintenance_info")
                            .path("version")
                            .asString())
                    .isEqualTo("1.7.0");
            assertThat(newer.send("PATCH", path, SMALL).status()).isEqualTo(204);
        }
    }

    @Test
    void upgradesAgainWhatFailed() throws IOException {
        broker.created("a");
        try (var newer = new TestBroker(director, directory, Duration.ZERO, "2.0")) {
            var path = "/mgmt/service_instances/a?operation_type=upgrade";
            newer.send("PATCH", path, SMALL);
            director.tasks.values().stream()
                    .filter(task -> task.state.equals("processing"))
                    .forEach(task -> director.fail(task, "no capacity left"));
            assertThat(newer.poll("a", "").text("description"))
                    .startsWith("Failed for bosh task: ")
                    .contains("no capacity left");
            assertThat(newer.send("PATCH", path, SMALL).status()).isEqualTo(202);
        }
    }

    @Test
    void recreatesMachinesAndRunsTheErrandsAgain() {
        broker.created("a");
        var answer = maintain("a", "recreate", SMALL);
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.text("OperationType")).isEqualTo("recreate");
        assertThat(director.recreations).containsExactly("service-instance_a");
        assertThat(broker.update("a", Map.of("parameters", Map.of("kubernetes_worker_instances", 5)))
                        .text("error"))
                .isEqualTo("ConcurrencyError");
        var end = broker.finish("a", OsbJson.MAPPER.writeValueAsString(answer.body()));
        assertThat(end.text("description")).isEqualTo("Instance recreate completed");
        assertThat(director.count("run errand")).isEqualTo(2);
        assertThat(broker.update("a", Map.of("parameters", Map.of("kubernetes_worker_instances", 5)))
                        .status())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"upgrade", "recreate"})
    void refusesWhatItCannotMaintain(String type) {
        assertThat(maintain("none", type, SMALL).status()).isEqualTo(404);
        assertThat(broker.provision("a", Map.of()).status()).isEqualTo(202);
        var busy = maintain("a", type, SMALL);
        assertThat(busy.status()).isEqualTo(409);
        assertThat(busy.text("description")).contains("An operation is in progress");
        broker.finish("a", "");
        assertThat(maintain("a", type, "{broken").status()).isEqualTo(422);
        assertThat(maintain("a", type, null).status()).isEqualTo(422);
        var other = maintain("a", type, Map.of("plan_id", "plan-medium"));
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.text("description")).contains("plan-small");
        director.deployments.clear();
        assertThat(maintain("a", type, SMALL).status()).isEqualTo(410);
        assertThat(director.recreations).isEmpty();
        assertThat(director.count("create deployment")).isEqualTo(1);
    }

    @Test
    void refusesOtherOperations() {
        broker.created("a");
        for (var type : new String[] {"", "delete", "create"}) {
            var answer = maintain("a", type, SMALL);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text("description")).isEqualTo("operation_type must be upgrade or recreate.");
        }
    }

    @Test
    void namesDeploymentsThatNobodyKnows() {
        broker.created("a");
        director.deployments.put("service-instance_lost", new FakeDirector.FakeDeployment());
        director.deployments.put("cf", new FakeDirector.FakeDeployment());
        assertThat(broker.send("GET", "/mgmt/orphan_deployments", null).raw().body())
                .isEqualTo("[{\"deployment_name\":\"service-instance_lost\"}]");
        assertThat(broker.deprovision("lost").status()).isEqualTo(202);
        broker.finish("lost", "");
        assertThat(broker.send("GET", "/mgmt/orphan_deployments", null).raw().body())
                .isEqualTo("[]");
    }

    @Test
    void countsInstancesAndResources() {
        broker.created("a");
        var medium = TestBroker.provisionBody(Map.of());
        medium.put("plan_id", TestBroker.MEDIUM);
        broker.send("PUT", TestBroker.path("b") + "?accepts_incomplete=true", medium);
        var metrics = new LinkedHashMap<String, Integer>();
        broker.send("GET", "/mgmt/metrics", null).body().forEach(metric -> {
            var key = metric.path("key").asString();
            assertThat(metric.path("unit").asString()).isEqualTo(key.contains("days") ? "days" : "count");
            metrics.put(key, metric.path("value").asInt());
        });
        assertThat(metrics)
                .containsExactly(
                        Map.entry("/on-demand-broker/p.pks/small/total_instances", 1),
                        Map.entry("/on-demand-broker/p.pks/medium/total_instances", 1),
                        Map.entry("/on-demand-broker/p.pks/medium/quota_remaining", 0),
                        Map.entry("/on-demand-broker/p.pks/medium/ips/used", 4),
                        Map.entry("/on-demand-broker/p.pks/medium/ips/remaining", 5),
                        Map.entry("/on-demand-broker/p.pks/several/total_instances", 0),
                        Map.entry("/on-demand-broker/p.pks/single/total_instances", 0),
                        Map.entry("/on-demand-broker/p.pks/total_instances", 2),
                        Map.entry("/on-demand-broker/p.pks/ips/used", 4),
                        Map.entry("/on-demand-broker/p.pks/ips/remaining", 36),
                        Map.entry("/on-demand-broker/p.pks/instances/a/certificate_days_left", 20),
                        Map.entry("/on-demand-broker/p.pks/instances/b/certificate_days_left", 20));
    }
}
