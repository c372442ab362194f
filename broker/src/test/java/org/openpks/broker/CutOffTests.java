package org.openpks.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Lost requests, lost replies and a broker that dies: nothing is lost and nothing is done twice.
class CutOffTests extends WithTwoBrokers {

    private static Predicate<String> nth(int n, Predicate<String> request) {
        var left = new int[] {n};
        return line -> request.test(line) && left[0]-- == 0;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void createsOnceWhicheverReplyIsLost(int n) {
        director.dropReplyOf(nth(n, line -> true));
        var operation = broker.provision("a", Map.of()).text("operation");
        for (int i = 0; i < 2 && operation.isEmpty(); i++) {
            operation = other.provision("a", Map.of()).text("operation");
        }
        assertThat(operation).isNotEmpty();
        assertThat(broker.finish("a", operation).text("state")).isEqualTo("succeeded");
        assertThat(director.count("create deployment")).isEqualTo(1);
        assertThat(director.count("run errand")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void createsOnceWhicheverRequestIsLost(int n) {
        director.dropRequest(nth(n, line -> true));
        var operation = broker.provision("a", Map.of()).text("operation");
        for (int i = 0; i < 2 && operation.isEmpty(); i++) {
            operation = other.provision("a", Map.of()).text("operation");
        }
        assertThat(broker.finish("a", operation).text("state")).isEqualTo("succeeded");
        assertThat(director.count("create deployment")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    void updatesAndDeletesOnceWhicheverReplyIsLost(int n) {
        broker.created("a");
        director.dropReplyOf(nth(n, line -> true));
        var update = broker.update("a", TestBroker.FIVE);
        if (update.status() == 503) {
            update = broker.update("a", TestBroker.FIVE);
        }
        assertThat(update.status()).isEqualTo(202);
        assertThat(broker.finish("a", update.text("operation")).text("state")).isEqualTo("succeeded");
        assertThat(director.count("create deployment")).isEqualTo(2);

        director.dropReplyOf(nth(n, line -> true));
        var deletion = broker.deprovision("a");
        if (deletion.status() == 503) {
            deletion = broker.deprovision("a");
        }
        assertThat(deletion.status()).isEqualTo(202);
        assertThat(broker.finish("a", deletion.text("operation")).text("state")).isEqualTo("succeeded");
        assertThat(director.count("delete deployment")).isEqualTo(1);
        assertThat(director.configsOfInstances()).isEmpty();
    }

    @Test
    void aPollCarriesOnWhatADeadBrokerAccepted() {
        // The broker's last act was to write the record: neither the deployment nor the lookup after it arrives.
        director.dropRequest(line -> line.equals("POST /deployments"));
        director.dropReplyOf(line -> {
            if (line.startsWith("GET /tasks")) {
                director.down(true);
                return true;
            }
            return false;
        });
        assertThat(broker.provision("a", Map.of()).status()).isEqualTo(503);
        assertThat(director.count("create deployment")).isZero();
        director.down(false);
        broker.restart();
        assertThat(broker.poll("a", "").text("state")).isEqualTo("in progress");
        assertThat(director.count("create deployment")).isEqualTo(1);
        assertThat(broker.finish("a", "").text("state")).isEqualTo("succeeded");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeletionThatWasCutOffStillCancelsTheCreation(boolean byPoll) {
        broker.provision("a", Map.of());
        // The broker's last act was to write the record of the deletion.
        director.dropReplyOf(line -> {
            if (line.equals("POST /configs")) {
                director.down(true);
                return true;
            }
            return false;
        });
        assertThat(broker.deprovision("a").status()).isEqualTo(503);
        director.down(false);
        assertThat(director.only("create deployment").state).isEqualTo("processing");
        broker.restart();
        if (byPoll) {
            assertThat(broker.poll("a", "").text("description")).isEqualTo("Instance deletion in progress");
        } else {
            assertThat(broker.deprovision("a").status()).isEqualTo(202);
        }
        assertThat(director.only("create deployment").state).isEqualTo("cancelled");
        assertThat(broker.finish("a", "").text("state")).isEqualTo("succeeded");
        assertThat(director.count("delete deployment")).isEqualTo(1);
    }

    @Test
    void goesOnAfterARestartAtEveryStep() {
        var operation = broker.provision("a", Map.of()).text("operation");
        broker.restart();
        assertThat(broker.provision("a", Map.of()).text("operation")).isEqualTo(operation);
        director.finishAll();
        broker.restart();
        broker.poll("a", operation);
        broker.restart();
        director.finishAll();
        assertThat(broker.poll("a", operation).text("state")).isEqualTo("succeeded");
        assertThat(director.count("run errand")).isEqualTo(1);
        broker.restart();
        assertThat(broker.provision("a", Map.of()).status()).isEqualTo(200);
        var deletion = broker.deprovision("a").text("operation");
        director.finishAll();
        broker.restart();
        assertThat(broker.poll("a", deletion).text("state")).isEqualTo("succeeded");
    }

    @Test
    void anErrandWhoseReplyIsLostRunsOnce() {
        var operation = broker.provision("a", Map.of()).text("operation");
        director.finishAll();
        director.dropReplyOf(line -> line.endsWith("/runs"));
        assertThat(broker.poll("a", operation).text("state")).isEqualTo("in progress");
        assertThat(broker.poll("a", operation).text("state")).isEqualTo("in progress");
        assertThat(director.count("run errand")).isEqualTo(1);
    }

    @Test
    void finishesAPurgeThatWasCutOff() {
        broker.created("a");
        var deletion = broker.deprovision("a").text("operation");
        director.finishAll();
        director.dropReplyOf(line -> {
            if (line.equals("DELETE /api/v1/data")) {
                director.down(true);
                return true;
            }
            return false;
        });
        assertThat(broker.poll("a", deletion).status()).isEqualTo(503);
        director.down(false);
        broker.restart();
        assertThat(broker.poll("a", deletion).text("state")).isEqualTo("succeeded");
        assertThat(director.credentials).isEmpty();
        assertThat(director.configsOfInstances()).isEmpty();
    }

    @Test
    void twoBrokersMakeOneDeployment() throws Exception {
        var patient = Duration.ofSeconds(20);
        try (var first = new TestBroker(director, directory, patient);
                var second = new TestBroker(director, directory, patient);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var one = threads.submit(() -> first.provision("a", Map.of()).status());
            var two = threads.submit(() -> second.provision("a", Map.of()).status());
            assertThat(one.get()).isIn(202, 422);
            assertThat(two.get()).isIn(202, 422);
        }
        assertThat(director.count("create deployment")).isEqualTo(1);
    }

    @Test
    void twoBrokersRunEachErrandOnce() throws Exception {
        var patient = Duration.ofSeconds(20);
        try (var first = new TestBroker(director, directory, patient);
                var second = new TestBroker(director, directory, patient);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 10; round++) {
                var name = "c" + round;
                var operation = first.provision(name, Map.of()).text("operation");
                director.finishAll();
                var polls = new ArrayList<Future<TestBroker.Answer>>();
                for (int i = 0; i < 6; i++) {
                    var asked = i % 2 == 0 ? first : second;
                    polls.add(threads.submit(() -> asked.poll(name, operation)));
                }
                for (var poll : polls) {
                    assertThat(poll.get().text("state")).isEqualTo("in progress");
                }
                assertThat(director.count("run errand")).isEqualTo(round + 1);
                first.finish(name, operation);
            }
        }
    }

    @Test
    void saysThatTheDirectorDoesNotAnswer() {
        director.down(true);
        var answer = broker.provision("a", Map.of());
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text("description"))
                .isEqualTo("Currently unable to create service instance, please try again later");
        assertThat(broker.send("GET", "/v2/catalog", null).status()).isEqualTo(200);
        director.down(false);
        assertThat(broker.provision("a", Map.of()).status()).isEqualTo(202);
    }

    @Test
    void forgetsACreationThatTheDirectorRefuses() {
        director.refuseDeploy("Manifest is not a hash");
        var answer = broker.provision("a", Map.of());
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text("description")).contains("Manifest is not a hash");
        assertThat(director.configsOfInstances()).isEmpty();
        assertThat(broker.provision("a", Map.of()).status()).isEqualTo(202);
    }
}
