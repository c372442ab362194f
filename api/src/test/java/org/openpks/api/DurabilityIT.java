package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// No process that ends, no reply that is lost and no broker that is away loses an operation or does it twice.
class DurabilityIT {

    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi(Map.of("openpks.api.send-patience", "1s", "openpks.api.poll-patience", "3s"));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aProcessThatIsKilledWhileTheBrokerWorksIsFollowedByTheNextOne() throws Exception {
        api.broker.instant = false;
        api.stop();
        try (var doomed = ApiProcess.spawn(api)) {
            assertThat(createdBy(doomed).status()).isEqualTo(202);
            TestApi.await(this::polled, () -> "the operation is not sent");
        }
        api.start();
        api.broker.end("succeeded", "done by the broker");
        api.awaitState("one", "CREATE succeeded");
        assertThat(api.broker.begun()).isEqualTo(1);
        assertThat(api.broker.count("PUT")).isEqualTo(1);
        assertThat(api.get("/v1/clusters/one")
                        .json()
                        .path("last_action_description")
                        .asString())
                .isEqualTo("done by the broker");
    }

    @Test
    void aProcessThatIsKilledWithARequestOnItsWayIsFollowedByTheNextOne() throws Exception {
        api.broker.instant = false;
        api.stop();
        var gate = api.broker.hold(request -> request.startsWith("PUT"));
        try (var doomed = ApiProcess.spawn(api)) {
            assertThat(createdBy(doomed).status()).isEqualTo(202);
            TestApi.await(() -> api.broker.count("PUT") == 1, () -> "the request is not on its way");
        }
        gate.countDown();
        TestApi.await(() -> api.broker.begun() == 1, () -> "the request never arrived");
        api.start();
        TestApi.await(this::polled, () -> "nobody follows the operation");
        assertThat(api.broker.count("PUT")).isEqualTo(2);
        api.broker.end("succeeded", "");
        api.awaitState("one", "CREATE succeeded");
        assertThat(api.broker.begun()).isEqualTo(1);
    }

    private TestApi.Answer createdBy(ApiProcess process) {
        return api.postTo(process.port(), "/v1/clusters", TestApi.order("one", "one.example.com", "small"));
    }

    private boolean polled() {
        return api.broker.requests().stream().anyMatch(request -> request.contains("last_operation"));
    }

    @Test
    void aLostReplyIsAskedForAgainAndBeginsNothingTwice() {
        api.broker.misbehave(request -> request.startsWith("PUT"), 0, "", 2);
        api.broker.misbehave(request -> request.startsWith("PATCH"), 0, "", 1);
        api.broker.misbehave(request -> request.startsWith("DELETE"), 0, "", 1);
        api.create("one");
        api.awaitState("one", "CREATE succeeded");
        api.patch("/v1/clusters/one", "{\"kubernetes_worker_instances\":4}");
        api.awaitState("one", "UPDATE succeeded");
        api.delete("/v1/clusters/one");
        api.awaitState("one", "gone");
        assertThat(api.broker.begun()).isEqualTo(3);
        assertThat(api.broker.count("PUT")).isEqualTo(3);
    }

    @Test
    void aBrokerThatComesBackInTimeIsNoFailure() {
        api.broker.instant = false;
        api.create("one");
        TestApi.await(() -> api.broker.begun() == 1, () -> "nothing was begun");
        api.broker.down();
        assertThat(api.state("one")).isEqualTo("CREATE in progress");
        api.broker.instant = true;
        api.broker.up();
        api.awaitState("one", "CREATE succeeded");
    }

    @Test
    void aPollThatIsAnsweredWithAnErrorIsRepeated() {
        for (int status : new int[] {500, 401, 400, 409, 422}) {
            api.broker.misbehave(
                    request -> request.contains("last_operation"), status, "{\"description\":\"Not now.\"}", 1);
        }
        api.create("one");
        api.awaitState("one", "CREATE succeeded");
        assertThat(api.broker.begun()).isEqualTo(1);
        assertThat(api.broker.count("PUT")).isEqualTo(1);
    }

    @Test
    void pollsThatFailForTooLongFailTheOperation() {
        api.broker.misbehave(
                request -> request.contains("last_operation"), 500, "{\"description\":\"Not now.\"}", 1000);
        api.create("one");
        api.awaitState("one", "CREATE failed");
        assertThat(api.get("/v1/clusters/one")
                        .json()
                        .path("last_action_description")
                        .asString())
                .contains("Not now. It was tried for 3 seconds.");
    }

    @Test
    void aBrokerThatStaysAwayFailsTheCreateWithTheNextStepAndTheDeleteCleansUp() {
        // The plans are known before.
        api.get("/v1/plans");
        api.broker.down();
        api.create("one");
        api.awaitState("one", "CREATE failed");
        assertThat(api.get("/v1/clusters/one")
                        .json()
                        .path("last_action_description")
                        .asString())
                .isEqualTo("Instance provisioning failed: The PKS Broker did not answer for 1 second. "
                        + "Please delete the cluster with 'pks delete-cluster one', then create it again.");
        assertThat(api.patch("/v1/clusters/one", "{\"kubernetes_worker_instances\":1}")
                        .status())
                .isEqualTo(409);
        assertThat(api.create("one").status()).isEqualTo(409);

        api.delete("/v1/clusters/one");
        api.awaitState("one", "DELETE failed");
        api.broker.up();
        api.delete("/v1/clusters/one");
        api.awaitState("one", "gone");
        assertThat(api.broker.begun()).isZero();
    }

    @Test
    void aDeleteDoesNotOvertakeACreateThatIsOnItsWay() {
        api.broker.instant = false;
        var gate = api.broker.hold(request -> request.startsWith("PUT"));
        api.create("one");
        TestApi.await(() -> api.broker.count("PUT") == 1, () -> "the create is not on its way");
        assertThat(api.delete("/v1/clusters/one").status()).isEqualTo(204);
        assertThat(api.state("one")).isEqualTo("DELETE in progress");
        assertThat(api.broker.count("DELETE")).isZero();
        gate.countDown();
        TestApi.await(() -> api.broker.count("DELETE") == 1, () -> "the delete is never sent");
        api.broker.end("succeeded", "");
        api.awaitState("one", "gone");
        assertThat(api.broker.instances()).isEmpty();
    }

    @Test
    void aDeleteTakesThePlaceOfACreateThatRuns() {
        api.broker.instant = false;
        api.create("one");
        TestApi.await(() -> api.broker.begun() == 1, () -> "nothing was begun");
        assertThat(api.delete("/v1/clusters/one").status()).isEqualTo(204);
        TestApi.await(() -> api.broker.begun() == 2, () -> "the delete is never sent");
        assertThat(api.delete("/v1/clusters/one").status()).isEqualTo(409);
        api.broker.end("succeeded", "");
        api.awaitState("one", "gone");
    }

    @Test
    void aDeleteWaitsForAnUpdateThatTheBrokerWillNotBreakOff() {
        api.create("one");
        api.awaitState("one", "CREATE succeeded");
        api.broker.instant = false;
        api.patch("/v1/clusters/one", "{\"kubernetes_worker_instances\":4}");
        TestApi.await(() -> api.broker.begun() == 2, () -> "the update is never sent");
        api.delete("/v1/clusters/one");
        TestApi.await(() -> api.broker.count("DELETE") >= 2, () -> "the delete is not repeated");
        api.broker.end("succeeded", "");
        TestApi.await(() -> api.broker.begun() == 3, () -> "the delete never begins");
        api.broker.end("succeeded", "");
        api.awaitState("one", "gone");
    }

    @Test
    void severalProcessesDoEveryOperationOnce() {
        try (var second = api.launch();
                var third = api.launch()) {
            var names = List.of("a", "b", "c", "d", "e", "f", "g", "h");
            var ports = List.of(api.running().port(), second.port(), third.port());
            for (int i = 0; i < names.size(); i++) {
                var order = TestApi.order(names.get(i), names.get(i) + ".example.com", "small");
                assertThat(api.postTo(ports.get(i % 3), "/v1/clusters", order).status())
                        .isEqualTo(202);
            }
            names.forEach(name -> api.awaitState(name, "CREATE succeeded"));
            assertThat(api.broker.begun()).isEqualTo(names.size());
            assertThat(api.broker.count("PUT")).isEqualTo(names.size());
        }
    }

    @Test
    void aStopInTheMiddleHandsTheOperationToTheNextProcessAtOnce() {
        api.broker.instant = false;
        api.create("one");
        TestApi.await(() -> api.broker.begun() == 1, () -> "nothing was begun");
        api.stop();
        api.broker.instant = true;
        api.start();
        api.awaitState("one", "CREATE succeeded");
        assertThat(api.broker.begun()).isEqualTo(1);
        assertThat(api.broker.count("PUT")).isEqualTo(1);
    }

    @Test
    void aTaskGoesOnHoweverManyProcessesAreKilled() throws Exception {
        var names = List.of("a", "b", "c", "d", "e", "f");
        api.broker.offered = "1.36.3";
        names.forEach(api::create);
        names.forEach(name -> api.awaitState(name, "CREATE succeeded"));
        api.broker.offered = "1.37.2";
        api.broker.instant = false;
        int begun = api.broker.begun();
        api.stop();
        String id;
        try (var doomed = ApiProcess.spawn(api)) {
            var body = "{\"clusters\":[\"b\",\"c\",\"d\",\"e\",\"f\"],\"canaries\":[\"a\"],\"max_in_flight\":2}";
            id = api.sendTo(doomed.port(), "PATCH", "/v1/clusters", body)
                    .json()
                    .path("uuid")
                    .asString();
            awaitUpgrading("a");
        }
        api.broker.end("a", "succeeded", "");
        try (var second = ApiProcess.spawn(api);
                var third = ApiProcess.spawn(api)) {
            awaitUpgrading("b", "c");
            second.close();
            api.broker.end("c", "failed", "c is broken");
            awaitUpgrading("b", "d");
            third.close();
        }
        api.broker.end("b", "succeeded", "");
        api.broker.end("d", "succeeded", "");
        api.start();
        awaitUpgrading("e", "f");
        api.broker.instant = true;
        TestApi.await(
                () -> api.get("/v1/tasks/" + id)
                        .json()
                        .path("status")
                        .asString()
                        .equals("done"),
                () -> api.get("/v1/tasks/" + id).text());
        assertThat(api.get("/v1/tasks/" + id).json().path("clusters").findValuesAsString("last_action_state"))
                .containsExactly("succeeded", "succeeded", "failed", "succeeded", "succeeded", "succeeded");
        assertThat(api.broker.begun() - begun).isEqualTo(names.size());
    }

    private void awaitUpgrading(String... names) {
        TestApi.await(
                () -> api.broker.upgrading().equals(List.of(names)),
                () -> api.broker.upgrading() + " are upgraded, not " + List.of(names));
    }
}
