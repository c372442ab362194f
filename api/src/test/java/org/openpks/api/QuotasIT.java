package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Quotas and usages, over HTTP. A cluster of plan small is one master with 2 CPUs and 1.5 GB and three workers with 2
/// CPUs and 2 GB each.
class QuotasIT {

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = new TestApi();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @AfterEach
    void clean() {
        api.asAdmin();
        api.broker.behave();
        api.get("/v1/quotas").json().findValuesAsString("owner").forEach(owner -> api.delete("/v1/quotas/" + owner));
        var names = api.get("/v1/clusters").json().findValuesAsString("name");
        names.forEach(name -> api.delete("/v1/clusters/" + name));
        names.forEach(name -> api.awaitState(name, "gone"));
    }

    private static TestApi asCody() {
        return api.as(api.uaa.token("cody", "pks.clusters.manage"));
    }

    private static TestApi.Answer limit(String limits) {
        return api.asAdmin().post("/v1/quotas", "{\"owner\":\"cody\",\"limit\":{%s}}".formatted(limits));
    }

    private static TestApi.Answer resize(String name, int workers) {
        return api.patch("/v1/clusters/" + name, "{\"kubernetes_worker_instances\":%d}".formatted(workers));
    }

    @Test
    void keepsChangesAndForgetsQuotas() {
        var made = limit("\"cpu\":4,\"memory\":5,\"cluster\":10");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.text()).isEqualTo("{\"owner\":\"cody\",\"limit\":{\"cpu\":4,\"memory\":5,\"cluster\":10}}");
        assertThat(api.get("/v1/quotas").text()).isEqualTo("[" + made.text() + "]");
        assertThat(limit("\"cpu\":1").status()).isEqualTo(409);
        assertThat(limit("\"cpu\":1").sentence())
                .isEqualTo("The owner 'cody' has a quota already. Please change it instead.");

        var changed = api.patch("/v1/quotas/cody", "{\"owner\":\"cody\",\"limit\":{\"memory\":7.5}}");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.text())
                .isEqualTo("{\"owner\":\"cody\",\"limit\":{\"cpu\":4,\"memory\":7.5,\"cluster\":10}}");
        assertThat(api.get("/v1/quotas/cody/").text()).isEqualTo(changed.text());

        assertThat(api.delete("/v1/quotas/cody").status()).isEqualTo(204);
        for (var answer : List.of(
                api.get("/v1/quotas/cody"),
                api.delete("/v1/quotas/cody"),
                api.patch("/v1/quotas/cody", "{\"limit\":{\"cpu\":1}}"))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.text()).isEqualTo("{\"body\":\"The quota owner named: \\\"cody\\\" not found.\"}");
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', delimiter = '|', textBlock = """
        {}                                                  | The field 'owner' is missing.
        {"owner":"","limit":{"cpu":1}}                      | The field 'owner' must not be empty.
        {"owner":"a\\u0007b","limit":{"cpu":1}}             | The field 'owner' must have no control characters.
        {"owner":"cody"}                                    | The field 'limit' is missing.
        {"owner":"cody","limit":{}}                         | The field 'limit' must have at least one of cpu, memory and cluster.
        {"owner":"cody","limit":{"cpu":-1}}                 | The field 'limit.cpu' must be at least 0, not -1.
        {"owner":"cody","limit":{"cluster":0}}              | The field 'limit.cluster' must be at least 1, not 0.
        {"owner":"cody","limit":{"memory":-0.5}}            | The field 'limit.memory' must lie between 0 and 1000000000 GB.
        {"owner":"cody","limit":{"memory":1e300}}           | The field 'limit.memory' must lie between 0 and 1000000000 GB.
        {"owner":"cody","limit":{"memory":0.00000001}}      | The field 'limit.memory' must have at most 6 digits after the point.
        {"owner":"cody","limit":{"cpu":"4"}}                | cpu
        {"owner":"cody","limit":{"cpu":1.5}}                | cpu
        {"owner":"cody","limit":{"cpus":4}}                 | cpus
        """)
    void refusesWhatIsNoQuota(String body, String sentence) {
        var answer = api.asAdmin().post("/v1/quotas", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.sentence()).contains(sentence.replaceAll("^'|'$", ""));
        assertThat(api.get("/v1/quotas").text()).isEqualTo("[]");
    }

    @Test
    void refusesChangesThatAreNone() {
        limit("\"cpu\":4");
        assertThat(api.patch("/v1/quotas/cody", "{\"limit\":{}}").sentence()).startsWith("The request changes nothing");
        assertThat(api.patch("/v1/quotas/cody", "{\"owner\":\"bob\",\"limit\":{\"cpu\":1}}")
                        .sentence())
                .startsWith("The field 'owner' must be the owner in the address");
        assertThat(api.get("/v1/quotas/cody").json().at("/limit/cpu").asInt()).isEqualTo(4);
    }

    @Test
    void refusesMoreClustersThanTheQuotaAllowsAndSaysWhy() {
        limit("\"cluster\":1");
        asCody();
        assertThat(api.create("one").status()).isEqualTo(202);
        var refused = api.create("two");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.sentence())
                .isEqualTo("The quota of 'cody' does not allow this: limit 1 clusters, current 1, requested 1 more."
                        + " Please give something back, or ask the PKS administrator for a larger quota.");
        assertThat(api.get("/v1/clusters").json()).hasSize(1);
        assertThat(api.asAdmin().create("two").status()).isEqualTo(202);
        assertThat(api.as(api.uaa.token("dana", "pks.clusters.manage"))
                        .create("three")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void countsProcessorsAndMemoryAndLetsNothingGrowPastThem() {
        limit("\"cpu\":10,\"memory\":11.5");
        asCody();
        assertThat(api.create("one").status()).isEqualTo(202);
        api.awaitState("one", "CREATE succeeded");
        assertThat(resize("one", 4).status()).isEqualTo(202);
        api.awaitState("one", "UPDATE succeeded");
        var refused = resize("one", 6);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.sentence())
                .contains(
                        "limit 10 CPUs, current 10, requested 4 more; limit 11.5 GB of memory, current 9.5, requested 4 more");
        assertThat(api.state("one")).isEqualTo("UPDATE succeeded");
        assertThat(api.create("two").sentence()).contains("limit 10 CPUs, current 10, requested 8 more");

        api.asAdmin().patch("/v1/quotas/cody", "{\"limit\":{\"cpu\":0}}");
        asCody();
        assertThat(resize("one", 5).status()).isEqualTo(422);
        assertThat(resize("one", 2).status()).isEqualTo(202);
        api.awaitState("one", "UPDATE succeeded");
        assertThat(api.asAdmin()
                        .patch("/v1/clusters/one", "{\"kubernetes_worker_instances\":9}")
                        .status())
                .isEqualTo(202);
        api.awaitState("one", "UPDATE succeeded");
    }

    @Test
    void countsWhatFailedUntilItIsGoneAndWhatShrinksUntilItIsSmall() {
        limit("\"cpu\":8");
        asCody();
        api.broker.misbehave(request -> request.startsWith("PUT"), 422, "{\"description\":\"No.\"}", 1);
        api.create("one");
        api.awaitState("one", "CREATE failed");
        assertThat(api.create("two").status()).isEqualTo(422);
        api.delete("/v1/clusters/one");
        api.awaitState("one", "gone");
        assertThat(api.create("two").status()).isEqualTo(202);
        api.awaitState("two", "CREATE succeeded");
        api.asAdmin().patch("/v1/quotas/cody", "{\"limit\":{\"cpu\":12}}");

        asCody();
        api.broker.instant = false;
        resize("two", 1);
        assertThat(api.get("/v1/usages/cody").json().at("/totals/cpu").asInt()).isEqualTo(8);
        assertThat(api.create("three").status()).isEqualTo(422);
        api.broker.instant = true;
        api.awaitState("two", "UPDATE succeeded");
        assertThat(api.get("/v1/usages/cody").json().at("/totals/cpu").asInt()).isEqualTo(4);
        assertThat(api.create("three").status()).isEqualTo(202);
    }

    @Test
    void countsWhatShrinksUntilItsDeletionIsDone() {
        limit("\"cpu\":8");
        asCody().create("one");
        api.awaitState("one", "CREATE succeeded");
        api.broker.instant = false;
        resize("one", 1);
        api.broker.awaitUpdate();
        assertThat(api.delete("/v1/clusters/one").status()).isEqualTo(204);
        assertThat(api.get("/v1/usages/cody").json().at("/totals/cpu").asInt()).isEqualTo(8);
        assertThat(api.create("two").status()).isEqualTo(422);
        api.broker.instant = true;
        api.broker.end("succeeded", "");
        api.awaitState("one", "gone");
        assertThat(api.create("two").status()).isEqualTo(202);
    }

    @Test
    void needsNoSizesForWhatLeavesTheMachinesAsTheyAre() {
        limit("\"cpu\":8");
        asCody().create("one");
        api.awaitState("one", "CREATE succeeded");
        api.broker.sized = false;
        var rotated = api.post("/v1/clusters/one/certificates/rotate", "{\"scope\":\"leaf\"}");
        assertThat(rotated.status()).as(rotated.text()).isEqualTo(202);
        api.awaitState("one", "UPDATE succeeded");
        // Asked for anew, the plans have no sizes any more.
        api.get("/v1/plans");
        var tagged = api.patch("/v1/clusters/one", "{\"cluster_tags\":[{\"name\":\"a\",\"value\":\"b\"}]}");
        assertThat(tagged.status()).as(tagged.text()).isEqualTo(202);
        api.awaitState("one", "UPDATE succeeded");
        assertThat(resize("one", 4).status()).isEqualTo(502);
    }

    @Test
    void neverExceedsAQuotaHoweverManyAskAtOnce() throws Exception {
        limit("\"cpu\":80,\"cluster\":7");
        asCody();
        try (var second = ApiProcess.spawn(api);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var ports = new int[] {api.running().port(), second.port()};
            var asked = java.util.stream.IntStream.range(0, 50)
                    .<Callable<Integer>>mapToObj(i -> () -> api.postTo(
                                    ports[i % 2],
                                    "/v1/clusters",
                                    TestApi.order("c" + i, "c" + i + ".example.com", "small"))
                            .status())
                    .toList();
            var statuses = new java.util.ArrayList<Integer>();
            for (var answer : threads.invokeAll(asked)) {
                statuses.add(answer.get());
            }
            assertThat(statuses).hasSize(50).containsOnly(202, 422);
            assertThat(statuses.stream().filter(status -> status == 202)).hasSize(7);
            var names = api.get("/v1/clusters").json().findValuesAsString("name");
            assertThat(names).hasSize(7);
            names.forEach(name -> api.awaitState(name, "CREATE succeeded"));
            assertThat(resize(names.getFirst(), 6).status()).isEqualTo(202);

            // 62 of 80 CPUs are spent: four of these fit.
            var resizes = names.stream()
                    .skip(1)
                    .<Callable<Integer>>map(name -> () -> resize(name, 5).status())
                    .toList();
            statuses.clear();
            for (var answer : threads.invokeAll(resizes)) {
                statuses.add(answer.get());
            }
            assertThat(statuses.stream().filter(status -> status == 202)).hasSize(4);
            assertThat(api.get("/v1/usages/cody").json().at("/totals/cpu").asInt())
                    .isEqualTo(78);
            // A cluster in the middle of an update could not be deleted after the test.
            TestApi.await(
                    () -> names.stream().noneMatch(name -> api.state(name).endsWith("in progress")),
                    () -> "the updates do not end");
        }
    }

    @Test
    void countsTheMachinesOfComputeProfiles() {
        api.asAdmin();
        assertThat(api.post("/v1/compute-profiles", """
                        {"name":"pools","parameters":{"cluster_customization":{
                          "control_plane":{"cpu":4,"memory_in_mb":4096,"ephemeral_disk_in_mb":8192,"instances":3},
                          "node_pools":[{"name":"big","cpu":8,"memory_in_mb":8192,"ephemeral_disk_in_mb":8192,"instances":2},
                                        {"name":"usual"}]}}}""").status()).isEqualTo(201);
        limit("\"cpu\":45");
        asCody();
        var order = "{\"name\":\"one\",\"plan_name\":\"small\",\"compute_profile_name\":\"pools\","
                + "\"parameters\":{\"kubernetes_master_host\":\"one.example.com\",\"node_pool_instances\":{\"usual\":%d}}}";
        // 12 of the masters, 16 of the big pool, and 2 of each usual node.
        assertThat(api.post("/v1/clusters", order.formatted(9)).sentence())
                .contains("limit 45 CPUs, current 0, requested 46 more");
        assertThat(api.post("/v1/clusters", order.formatted(8)).status()).isEqualTo(202);
        api.awaitState("one", "CREATE succeeded");
        assertThat(api.get("/v1/usages/cody").json().path("totals").toString())
                .isEqualTo("{\"cpu\":44,\"memory\":44,\"cluster\":1}");
        assertThat(api.patch("/v1/clusters/one", "{\"node_pool_instances\":{\"big\":3}}")
                        .sentence())
                .contains("current 44, requested 8 more");
        assertThat(api.patch("/v1/clusters/one", "{\"node_pool_instances\":{\"big\":1}}")
                        .status())
                .isEqualTo(202);
        api.awaitState("one", "UPDATE succeeded");
        assertThat(api.get("/v1/usages/cody").json().at("/totals/cpu").asInt()).isEqualTo(36);
    }

    @Test
    void refusesWhatItCannotCount() {
        limit("\"memory\":100");
        api.broker.sized = false;
        asCody();
        var answer = api.create("one");
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.sentence()).contains("does not tell how big the nodes are");
        api.asAdmin().delete("/v1/quotas/cody");
        limit("\"cluster\":1");
        assertThat(asCody().create("one").status()).isEqualTo(202);
        assertThat(api.get("/v1/usages/cody").json().path("totals").toString())
                .isEqualTo("{\"cpu\":0,\"memory\":0,\"cluster\":1}");
    }

    @Test
    void tellsWhatOwnersHave() {
        asCody().create("one");
        api.create("two");
        api.awaitState("one", "CREATE succeeded");
        api.awaitState("two", "CREATE succeeded");
        resize("two", 1);
        api.awaitState("two", "UPDATE succeeded");
        var cody = "{\"owner\":\"cody\",\"totals\":{\"cpu\":12,\"memory\":11,\"cluster\":2},\"clusters\":"
                + "[{\"name\":\"one\",\"cpu\":8,\"memory\":7.5},{\"name\":\"two\",\"cpu\":4,\"memory\":3.5}]}";
        assertThat(api.get("/v1/usages/cody").text()).isEqualTo(cody);
        assertThat(api.get("/v1/usages").text()).isEqualTo("[" + cody + "]");

        api.as(api.uaa.clientToken("cody", "pks.clusters.manage"));
        assertThat(api.get("/v1/usages").text()).isEqualTo("[]");
        assertThat(api.get("/v1/usages/cody").json().at("/totals/cluster").asInt())
                .isZero();
        api.as(api.uaa.token("dana", "pks.clusters.manage"));
        assertThat(api.get("/v1/usages/cody").text())
                .isEqualTo("{\"body\":\"The usage owner named: \\\"cody\\\" not found.\"}");
        api.as(api.uaa.token("dana", "pks.clusters.admin.read"));
        assertThat(api.get("/v1/usages").text()).isEqualTo("[" + cody + "]");
        assertThat(api.get("/v1/usages/dana").json().at("/totals/cluster").asInt())
                .isZero();
        assertThat(api.get("/v1/usages/nobody").status()).isEqualTo(404);
    }
}
