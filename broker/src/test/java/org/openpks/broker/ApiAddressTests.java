package org.openpks.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openpks.broker.TestBroker.path;
import static org.openpks.broker.TestBroker.provisionBody;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.openpks.osb.OsbJson;

/// The addresses of clusters with several masters: who gets which, and when it is free again.
class ApiAddressTests extends WithTwoBrokers {

    private static final String FIRST = "10.0.0.200";
    private static final String SECOND = "10.0.0.201";

    private static TestBroker.Answer provision(
            TestBroker to, String instance, String plan, Map<String, Object> parameters) {
        var body = new HashMap<>(provisionBody(parameters));
        body.put("plan_id", plan);
        return to.send("PUT", path(instance) + "?accepts_incomplete=true", body);
    }

    private static void create(String instance) {
        var answer = provision(broker, instance, TestBroker.SEVERAL, Map.of());
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(202);
        assertThat(broker.finish(instance, answer.text("operation")).text("state"))
                .isEqualTo("succeeded");
    }

    private static String manifest(String instance) {
        return String.valueOf(director.deployments.get("service-instance_" + instance).manifest);
    }

    /// The claims by address, each with its deployment.
    private static Map<String, String> claims() {
        var claims = new HashMap<String, String>();
        director.configs.values().stream()
                .filter(config -> config.get("type").equals("api-address"))
                .forEach(config -> claims.put(
                        String.valueOf(config.get("name")),
                        OsbJson.MAPPER
                                .readTree(String.valueOf(config.get("content")))
                                .path("deployment")
                                .asString("")));
        return claims;
    }

    @Test
    void givesEachClusterOneUntilItIsDeleted() {
        create("a");
        create("b");
        assertThat(manifest("a")).contains("address: " + FIRST);
        assertThat(manifest("b")).contains("address: " + SECOND);
        assertThat(director.configs).containsKey("cloud\nservice-instance_a");
        assertThat(broker.send("GET", path("a"), null)
                        .body()
                        .path("metadata")
                        .path("attributes")
                        .path("master_ips")
                        .toString())
                .isEqualTo("[\"" + FIRST + "\"]");

        var refused = provision(broker, "c", TestBroker.SEVERAL, Map.of());
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text("description")).contains("No address is free for another cluster with several masters");
        assertThat(director.configs.keySet()).noneMatch(key -> key.contains("service-instance_c"));
        assertThat(provision(broker, "d", TestBroker.SINGLE, Map.of()).status()).isEqualTo(202);

        broker.finish("a", broker.deprovision("a").text("operation"));
        assertThat(claims()).containsExactly(Map.entry(SECOND, "service-instance_b"));
        assertThat(director.configs).doesNotContainKey("cloud\nservice-instance_a");
        create("c");
        assertThat(manifest("c")).contains("address: " + FIRST);
    }

    @Test
    void keepsItThroughAnUpdate() {
        create("a");
        var update = broker.update("a", Map.of("parameters", Map.of(TestAdapter.WORKERS, 5)));
        assertThat(update.status()).as(update.raw().body()).isEqualTo(202);
        broker.finish("a", update.text("operation"));

        assertThat(manifest("a")).contains("instances: 5").contains("address: " + FIRST);
        assertThat(claims()).containsExactly(Map.entry(FIRST, "service-instance_a"));
    }

    @Test
    void givesOneToAClusterThatWasMadeWithoutItByItsUpgrade() {
        create("a");
        director.configs.remove("api-address\n" + FIRST);
        var deployed = director.deployments.get("service-instance_a");
        deployed.manifest = manifest("a").replace(", address: " + FIRST, "");
        var resize = broker.update("a", Map.of("parameters", Map.of(TestAdapter.WORKERS, 4)));
        broker.finish("a", resize.text("operation"));
        assertThat(manifest("a")).contains("instances: 4").doesNotContain("address:");
        assertThat(claims()).isEmpty();

        var upgrade = broker.send(
                "PATCH", "/mgmt/service_instances/a?operation_type=upgrade", Map.of("plan_id", TestBroker.SEVERAL));
        assertThat(upgrade.status()).as(upgrade.raw().body()).isEqualTo(202);
        broker.finish("a", upgrade.raw().body());
        assertThat(manifest("a")).contains("instances: 4").contains("address: " + FIRST);
        assertThat(claims()).containsExactly(Map.entry(FIRST, "service-instance_a"));
    }

    @Test
    void givesTheOneThatIsAskedFor() {
        var asked = Map.<String, Object>of(TestAdapter.HOST, SECOND);
        assertThat(provision(broker, "a", TestBroker.SEVERAL, asked).status()).isEqualTo(202);
        assertThat(claims()).containsExactly(Map.entry(SECOND, "service-instance_a"));

        var taken = provision(broker, "b", TestBroker.SEVERAL, asked);
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.text("description")).contains(SECOND).contains("another cluster's");
        var single = provision(broker, "b", TestBroker.SINGLE, asked);
        assertThat(single.status()).isEqualTo(400);
        assertThat(single.text("description")).contains(SECOND).contains("several masters");
        assertThat(director.configs.keySet()).noneMatch(key -> key.contains("service-instance_b"));

        // An address of somebody's own balancer is a name like any other.
        var own = Map.<String, Object>of(TestAdapter.HOST, "192.0.2.1");
        assertThat(provision(broker, "b", TestBroker.SEVERAL, own).status()).isEqualTo(202);
        assertThat(claims()).hasSize(2);
    }

    @Test
    void claimsNothingForARequestThatTheAdapterRefuses() {
        var refused = provision(broker, "a", TestBroker.SEVERAL, Map.of(TestAdapter.WORKERS, 6));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(claims()).isEmpty();
        assertThat(director.configs.keySet()).noneMatch(key -> key.contains("service-instance_a"));
    }

    @Test
    void findsItsClaimAgainWhenTheRequestWasCutOff() {
        director.dropReplyOf(request -> request.startsWith("POST /configs"));
        assertThat(provision(broker, "a", TestBroker.SEVERAL, Map.of()).status())
                .isEqualTo(503);
        assertThat(claims()).containsExactly(Map.entry(FIRST, "service-instance_a"));

        assertThat(provision(other, "a", TestBroker.SEVERAL, Map.of()).status()).isEqualTo(202);
        assertThat(claims()).containsExactly(Map.entry(FIRST, "service-instance_a"));
    }

    @Test
    void freesAClaimOfARequestThatWasCutOffWhenItsInstanceIsDeleted() {
        director.dropReplyOf(request -> request.startsWith("POST /configs"));
        assertThat(provision(broker, "a", TestBroker.SEVERAL, Map.of()).status())
                .isEqualTo(503);

        assertThat(broker.deprovision("a").status()).isEqualTo(410);
        assertThat(claims()).isEmpty();
    }

    @Test
    void takesBackWhatNobodyCameFor() {
        claim(FIRST, "gone", Instant.now().minus(Duration.ofHours(1)));
        claim(SECOND, "young", Instant.now());
        create("a");

        assertThat(claims()).containsEntry(FIRST, "service-instance_a").containsEntry(SECOND, "service-instance_young");
        assertThat(provision(broker, "b", TestBroker.SEVERAL, Map.of()).status())
                .as("the young one may still come to its record")
                .isEqualTo(422);
    }

    private static void claim(String address, String instance, Instant since) {
        director.configs.put(
                "api-address\n" + address,
                new HashMap<>(Map.of(
                        "id",
                        address.equals(FIRST) ? "1" : "2",
                        "type",
                        "api-address",
                        "name",
                        address,
                        "content",
                        "{\"deployment\":\"service-instance_%s\",\"since\":\"%s\"}".formatted(instance, since))));
    }

    @Test
    void twoBrokersGiveNoAddressTwice() throws Exception {
        var instances = List.of("a", "b", "c", "d", "e", "f");
        var answers = new ArrayList<Future<Integer>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < instances.size(); i++) {
                var to = i % 2 == 0 ? broker : other;
                var instance = instances.get(i);
                answers.add(threads.submit(() ->
                        provision(to, instance, TestBroker.SEVERAL, Map.of()).status()));
            }
        }
        var statuses = new ArrayList<Integer>();
        for (var answer : answers) {
            statuses.add(answer.get());
        }
        assertThat(statuses).containsOnly(202, 422);
        assertThat(statuses.stream().filter(status -> status == 202)).hasSize(2);
        assertThat(claims()).containsOnlyKeys(FIRST, SECOND).doesNotContainValue("");
    }

    @Test
    void twoBrokersClaimOneAddressForOneInstance() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var one = threads.submit(
                    () -> provision(broker, "a", TestBroker.SEVERAL, Map.of()).status());
            var two = threads.submit(
                    () -> provision(other, "a", TestBroker.SEVERAL, Map.of()).status());
            assertThat(List.of(one.get(), two.get())).contains(202);
        }
        assertThat(claims()).hasSize(1);
        director.finishAll();
        assertThat(manifest("a"))
                .contains("address: " + claims().keySet().iterator().next());
    }
}
