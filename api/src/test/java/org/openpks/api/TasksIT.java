package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openpks.osb.OsbJson;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// Jobs that upgrade several clusters, over HTTP.
class TasksIT {

    private TestApi api;

    @BeforeEach
    void makeClusters() {
        api = new TestApi();
        api.broker.offered = "1.36.3";
        names().forEach(name -> assertThat(api.create(name).status()).isEqualTo(202));
        names().forEach(name -> api.awaitState(name, "CREATE succeeded"));
        api.broker.offered = "1.37.2";
        api.broker.instant = false;
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static Stream<String> names() {
        return Stream.of("a", "b", "c", "d", "e");
    }

    private TestApi.Answer ask(List<String> clusters, List<String> canaries, int atOnce) {
        return api.patch(
                "/v1/clusters",
                OsbJson.MAPPER.writeValueAsString(
                        Map.of("clusters", clusters, "canaries", canaries, "max_in_flight", atOnce)));
    }

    private String upgrade(List<String> clusters, List<String> canaries, int atOnce) {
        var answer = ask(clusters, canaries, atOnce);
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().path("uuid").asString();
    }

    private void awaitUpgrading(String... names) {
        TestApi.await(
                () -> api.broker.upgrading().equals(List.of(names)),
                () -> api.broker.upgrading() + " are upgraded, not " + List.of(names));
    }

    private JsonNode task(String id) {
        return api.get("/v1/tasks/" + id).json();
    }

    private void awaitStatus(String id, String status) {
        TestApi.await(() -> task(id).path("status").asString().equals(status), () -> task(id) + " is not " + status);
    }

    private List<String> states(String id) {
        return task(id).path("clusters").findValuesAsString("last_action_state");
    }

    @Test
    void takesCanariesOneByOneAndThenSeveralAtOnce() {
        var answer = ask(List.of("a", "b", "c", "d", "e"), List.of("d", "b"), 2);
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().path("status").asString()).isEqualTo("in progress");
        var id = answer.json().path("uuid").asString();
        assertThat(answer.json().path("clusters").findValuesAsString("cluster_name"))
                .containsExactly("d", "b", "a", "c", "e");
        assertThat(answer.json().path("clusters").findValuesAsString("is_canary"))
                .containsExactly("true", "true", "false", "false", "false");
        awaitUpgrading("d");
        assertThat(states(id)).containsExactly("in progress", "queued", "queued", "queued", "queued");
        assertThat(api.state("d")).isEqualTo("UPGRADE in progress");
        assertThat(api.state("a")).isEqualTo("UPGRADE queued");
        assertThat(api.get("/v1/clusters/a")
                        .json()
                        .path("last_action_description")
                        .asString())
                .isEqualTo("Instance upgrade queued");

        api.broker.end("d", "succeeded", "");
        awaitUpgrading("b");
        api.broker.end("b", "succeeded", "");
        awaitUpgrading("a", "c");
        api.broker.end("c", "failed", "Failed for bosh task: 7: c is broken");
        awaitUpgrading("a", "e");
        api.broker.end("e", "succeeded", "");
        api.awaitState("e", "UPGRADE succeeded");
        assertThat(task(id).path("status").asString()).isEqualTo("in progress");
        api.broker.end("a", "succeeded", "");
        awaitStatus(id, "done");
        assertThat(states(id)).containsExactly("succeeded", "succeeded", "succeeded", "failed", "succeeded");
        assertThat(api.state("c")).isEqualTo("UPGRADE failed");

        var done = task(id);
        assertThat(done.path("type").asString()).isEqualTo("UPGRADE");
        long before = done.path("start_time").asLong();
        for (var cluster : done.path("clusters")) {
            assertThat(cluster.path("last_action").asString()).isEqualTo("UPGRADE");
            assertThat(cluster.path("start_time").asLong()).isGreaterThanOrEqualTo(before);
            assertThat(cluster.path("end_time").asLong())
                    .isBetween(
                            cluster.path("start_time").asLong(),
                            done.path("end_time").asLong());
        }
        assertThat(done.propertyNames())
                .containsExactly("uuid", "type", "status", "start_time", "end_time", "clusters");
        assertThat(done.at("/clusters/0").propertyNames())
                .containsExactly(
                        "cluster_name", "last_action", "last_action_state", "start_time", "end_time", "is_canary");
    }

    @Test
    void aCanaryThatFailsEndsTheJobAndTheOthersAreWhatTheyWere() {
        api.broker.instant = true;
        api.patch("/v1/clusters/b", "{\"kubernetes_worker_instances\":4}");
        api.awaitState("b", "UPDATE succeeded");
        var shown = api.get("/v1/clusters/b").text();
        api.broker.instant = false;
        var id = upgrade(List.of("b", "c"), List.of("a"), 2);
        awaitUpgrading("a");
        assertThat(api.state("b")).isEqualTo("UPGRADE queued");
        api.broker.end("a", "failed", "Failed for bosh task: 7: a is broken");
        awaitStatus(id, "done");
        assertThat(states(id)).containsExactly("failed", "queued", "queued");
        assertThat(task(id).at("/clusters/1/start_time").isNull()).isTrue();
        assertThat(task(id).at("/clusters/1/end_time").isNull()).isTrue();
        assertThat(api.get("/v1/clusters/b").text()).isEqualTo(shown);
        assertThat(api.state("c")).isEqualTo("CREATE succeeded");
        assertThat(api.broker.upgrading()).isEmpty();
        assertThat(api.put("/v1/tasks/" + id).status()).isEqualTo(409);
        upgrade(List.of("b"), List.of(), 1);
        awaitUpgrading("b");
    }

    @Test
    void aCancelTakesBackWhatHasNotBegun() {
        var id = upgrade(List.of("a", "b", "c"), List.of(), 1);
        awaitUpgrading("a");
        var canceled = api.put("/v1/tasks/" + id);
        assertThat(canceled.status()).as(canceled.text()).isEqualTo(200);
        assertThat(canceled.json().path("status").asString()).isEqualTo("canceled");
        assertThat(canceled.json().path("end_time").isNull()).isTrue();
        assertThat(states(id)).containsExactly("in progress", "queued", "queued");
        assertThat(api.state("a")).isEqualTo("UPGRADE in progress");
        assertThat(api.state("b")).isEqualTo("CREATE succeeded");
        assertThat(api.put("/v1/tasks/" + id).text()).isEqualTo(canceled.text());
        api.broker.end("a", "succeeded", "");
        TestApi.await(() -> !task(id).path("end_time").isNull(), () -> task(id) + " has no end");
        assertThat(task(id).path("status").asString()).isEqualTo("canceled");
        assertThat(states(id)).containsExactly("succeeded", "queued", "queued");
        assertThat(api.put("/v1/tasks/" + id).status()).isEqualTo(200);
        assertThat(api.broker.upgrading()).isEmpty();
    }

    @Test
    void aCancelOfWhatRunsChangesNothing() {
        var id = upgrade(List.of("a"), List.of(), 1);
        var answer = api.put("/v1/tasks/" + id);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("status").asString()).isEqualTo("in progress");
        awaitUpgrading("a");
        api.broker.end("a", "succeeded", "");
        awaitStatus(id, "done");
        var late = api.put("/v1/tasks/" + id);
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.sentence()).isEqualTo("Task " + id + " is done; there is nothing to cancel.");
    }

    @Test
    void whatWaitsCanOnlyBeDeleted() {
        var id = upgrade(List.of("a", "b", "c"), List.of(), 1);
        awaitUpgrading("a");
        var resize = api.patch("/v1/clusters/b", "{\"kubernetes_worker_instances\":4}");
        assertThat(resize.status()).isEqualTo(409);
        assertThat(resize.sentence())
                .isEqualTo("An operation is in progress for your service instance. Please try again later.");
        assertThat(ask(List.of("b"), List.of(), 1).status()).isEqualTo(409);
        assertThat(api.post("/v1/clusters/b/binds", null).status()).isEqualTo(201);
        assertThat(api.delete("/v1/clusters/b").status()).isEqualTo(204);
        TestApi.await(() -> api.broker.count("DELETE") == 1, () -> "the delete waits too");
        api.broker.end("b", "succeeded", "");
        api.awaitState("b", "gone");
        assertThat(states(id)).containsExactly("in progress", "queued", "queued");
        api.broker.end("a", "succeeded", "");
        awaitUpgrading("c");
        api.broker.end("c", "succeeded", "");
        awaitStatus(id, "done");
        assertThat(states(id)).containsExactly("succeeded", "queued", "succeeded");
    }

    @Test
    void aDeleteOfWhatRunsLetsTheNextBegin() {
        var id = upgrade(List.of("a", "b"), List.of(), 1);
        awaitUpgrading("a");
        api.delete("/v1/clusters/a");
        awaitUpgrading("b");
        assertThat(states(id)).containsExactly("failed", "in progress");
        api.broker.instant = true;
        awaitStatus(id, "done");
        api.awaitState("a", "gone");
        assertThat(states(id)).containsExactly("failed", "succeeded");
    }

    @Test
    void acceptsAllOrNothing() {
        var before = api.get("/v1/clusters").text();
        api.as(api.uaa.token("bob", "pks.clusters.manage"));
        assertThat(api.create("bobs").status()).isEqualTo(202);
        var foreign = ask(List.of("bobs", "a", "none"), List.of(), 1);
        assertThat(foreign.status()).isEqualTo(404);
        assertThat(foreign.sentence()).isEqualTo("Cluster a not found; Cluster none not found");
        api.asAdmin();
        var busy = ask(List.of("a", "bobs", "b"), List.of(), 1);
        assertThat(busy.status()).isEqualTo(409);
        assertThat(busy.sentence())
                .isEqualTo("Cluster bobs: An operation is in progress for your service instance."
                        + " Please try again later.");
        for (var body : List.of(
                "{}",
                "{\"clusters\":[]}",
                "{\"clusters\":[\"a\",\"\"]}",
                "{\"clusters\":[\"a\",\"a\"]}",
                "{\"clusters\":[\"a\"],\"canaries\":[\"b\",\"b\"]}",
                "{\"clusters\":[\"a\"],\"max_in_flight\":0}",
                "{\"clusters\":[\"a\"],\"max_in_flight\":\"2\"}",
                "{\"clusters\":\"a\"}",
                "{\"clusters\":[\"a\"],\"canary\":[\"b\"]}")) {
            assertThat(api.patch("/v1/clusters", body).status()).as(body).isEqualTo(400);
        }
        api.broker.offered = "1.38.0";
        var leap = ask(List.of("a", "b"), List.of(), 1);
        assertThat(leap.status()).isEqualTo(422);
        assertThat(leap.sentence()).startsWith("Cluster a: ");
        api.broker.offered = "1.37.2";
        api.as(api.uaa.token("reader", "pks.clusters.admin.read"));
        assertThat(ask(List.of("a"), List.of(), 1).status()).isEqualTo(403);

        api.asAdmin();
        assertThat(api.get("/v1/tasks").text()).isEqualTo("[]");
        api.broker.instant = true;
        api.delete("/v1/clusters/bobs");
        api.awaitState("bobs", "gone");
        assertThat(api.get("/v1/clusters").text()).isEqualTo(before);
    }

    @Test
    void showsTasksToTheirOwnersAndToThoseWhoSeeAll() {
        api.broker.instant = true;
        api.as(api.uaa.token("bob", "pks.clusters.manage"));
        api.create("bobs");
        api.awaitState("bobs", "CREATE succeeded");
        var his = upgrade(List.of("bobs"), List.of(), 1);
        awaitStatus(his, "done");
        api.asAdmin();
        var mine = upgrade(List.of("a"), List.of(), 1);
        awaitStatus(mine, "done");
        assertThat(api.get("/v1/tasks").json().findValuesAsString("uuid")).containsExactly(mine, his);
        assertThat(api.get("/v1/tasks?limit=1").json().findValuesAsString("uuid"))
                .containsExactly(mine);
        for (var limit : List.of("0", "-1", "1001", "many", "99999999999")) {
            assertThat(api.get("/v1/tasks?limit=" + limit).status()).as(limit).isEqualTo(400);
        }

        api.as(api.uaa.token("reader", "pks.clusters.admin.read"));
        assertThat(api.get("/v1/tasks/").json()).hasSize(2);
        assertThat(api.get("/v1/tasks/" + his).status()).isEqualTo(200);
        assertThat(api.put("/v1/tasks/" + his).status()).isEqualTo(403);

        api.as(api.uaa.token("bob", "pks.clusters.manage"));
        assertThat(api.get("/v1/tasks").json().findValuesAsString("uuid")).containsExactly(his);
        for (var id : List.of(mine, "6d2a3e34-7b2f-4b1c-8c62-0c1f6a3f2a11", "none")) {
            assertThat(api.get("/v1/tasks/" + id).status()).isEqualTo(404);
            assertThat(api.put("/v1/tasks/" + id).status()).isEqualTo(404);
            assertThat(api.get("/v1/tasks/" + id).sentence()).isEqualTo("Task " + id + " not found");
        }
    }

    @Test
    void keepsTheThousandTasksThatEndedLast() {
        var jdbc = api.running().bean(JdbcClient.class);
        var running = upgrade(List.of("a"), List.of(), 1);
        jdbc.sql("""
                insert into task (id, requester_kind, requester_name, max_in_flight, created_at, ended_at)
                select concat('00000000-0000-4000-8000-', lpad(seq, 12, '0')), 'user', 'admin', 1, utc_timestamp(3), utc_timestamp(3)
                from seq_1_to_1005 order by seq""").update();
        api.broker.instant = true;
        api.awaitState("a", "UPGRADE succeeded");
        awaitStatus(running, "done");
        var next = upgrade(List.of("b"), List.of(), 1);
        awaitStatus(next, "done");
        TestApi.await(
                () -> jdbc.sql("select count(*) from task").query(Integer.class).single() == 1000,
                () -> "old tasks stay");
        for (var kept : List.of(running, next, "00000000-0000-4000-8000-000000000008")) {
            assertThat(api.get("/v1/tasks/" + kept).status()).as(kept).isEqualTo(200);
        }
        assertThat(api.get("/v1/tasks/00000000-0000-4000-8000-000000000007").status())
                .isEqualTo(404);
        assertThat(jdbc.sql("select count(*) from task_cluster where task_id not in (select id from task)")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aTaskThatCannotGoOnHoldsNothingElseUp() {
        var broken = upgrade(List.of("a", "b"), List.of("a"), 1);
        awaitUpgrading("a");
        api.running()
                .bean(JdbcClient.class)
                .sql("update task_cluster set previous_state = 'broken' where task_id = :id")
                .param("id", broken)
                .update();
        api.broker.end("a", "succeeded", "");
        api.awaitState("a", "UPGRADE succeeded");
        upgrade(List.of("c"), List.of(), 1);
        awaitUpgrading("c");
        api.broker.instant = true;
        api.awaitState("c", "UPGRADE succeeded");
    }

    @Test
    void saysWhetherSomethingMayBeUpgraded() {
        assertThat(api.get("/v1/upgradable").text()).isEqualTo("\"1.7.0-build.1\"");
        api.as(api.uaa.token("bob", "pks.clusters.manage"));
        assertThat(api.get("/v1/upgradable").text()).isEqualTo("\"\"");
        api.asAdmin();
        api.broker.instant = true;
        awaitStatus(upgrade(names().toList(), List.of(), 5), "done");
        assertThat(api.get("/v1/upgradable").text()).isEqualTo("\"\"");
    }
}
