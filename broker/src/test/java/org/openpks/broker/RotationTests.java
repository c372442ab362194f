package org.openpks.broker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.broker.TestBroker.Answer;
import org.slf4j.LoggerFactory;

/// New certificates for a running instance, whatever goes wrong on the way.
class RotationTests extends WithTwoBrokers {

    private static final String PATH = "/test-director/service-instance_a/";
    private static final List<String> THREE_DEPLOYS = List.of("create", "run", "create", "run", "create", "run");

    @BeforeEach
    void create() {
        broker.created("a");
        director.tasks.clear();
        director.undrained.clear();
    }

    private static Map<String, Object> wish(String scope, UUID id) {
        return Map.of("parameters", Map.of("rotate_certificates", scope, "rotation_id", id.toString()));
    }

    private static Answer rotate(String scope) {
        var accepted = broker.update("a", wish(scope, UUID.randomUUID()));
        assertThat(accepted.status()).as(accepted.body().toString()).isEqualTo(202);
        return broker.finish("a", accepted.text("operation"));
    }

    private static List<String> tasks() {
        return director.tasks.values().stream()
                .map(task -> task.description.split(" ")[0])
                .toList();
    }

    private static void rotatedSafely() {
        assertThat(director.certificates.violations).isEmpty();
        assertThat(director.certificates.settled(PATH)).isTrue();
        assertThat(director.certificates.machinesHaveOnlyCurrent(PATH)).isTrue();
    }

    @Test
    void newLeavesTakeOneDeployThatEmptiesNoNode() {
        var authority = director.certificates.id(PATH + "kubernetes_ca");
        var leaf = director.certificates.id(PATH + "tls-kubernetes-admin");
        var answer = rotate("leaf");
        assertThat(answer.text("state")).isEqualTo("succeeded");
        assertThat(answer.text("description")).isEqualTo("Instance update completed");
        assertThat(tasks()).containsExactly("create", "run");
        assertThat(director.undrained).containsExactly("worker");
        assertThat(director.certificates.id(PATH + "kubernetes_ca")).isEqualTo(authority);
        assertThat(director.certificates.id(PATH + "tls-kubernetes-admin")).isNotEqualTo(leaf);
        rotatedSafely();
    }

    @Test
    void newAuthoritiesAreTrustedThenSignThenAreAlone() {
        var before = director.certificates.id(PATH + "etcd_ca");
        var operation = broker.update("a", wish("all", UUID.randomUUID())).text("operation");
        var told = new ArrayList<String>();
        while (true) {
            var answer = broker.poll("a", operation);
            if (!answer.text("state").equals("in progress")) {
                assertThat(answer.text("state")).isEqualTo("succeeded");
                assertThat(answer.text("description")).contains("kubeconfigs hold the old ones");
                break;
            }
            told.add(answer.text("description"));
            director.progress();
        }
        assertThat(tasks()).isEqualTo(THREE_DEPLOYS);
        assertThat(told.stream()
                        .map(text -> text.replaceFirst(".*(step \\d of 3).*", "$1"))
                        .distinct())
                .containsExactly("step 1 of 3", "step 2 of 3", "step 3 of 3");
        assertThat(director.undrained).containsExactly("worker", "worker", "worker");
        assertThat(director.certificates.id(PATH + "etcd_ca")).isNotEqualTo(before);
        rotatedSafely();
    }

    @Test
    void theSameRotationIsDoneOnce() {
        var id = UUID.randomUUID();
        var first = broker.update("a", wish("all", id));
        var again = other.update("a", wish("all", id));
        assertThat(again.status()).isEqualTo(202);
        assertThat(broker.finish("a", again.text("operation")).text("state")).isEqualTo("succeeded");
        assertThat(first.status()).isEqualTo(202);
        assertThat(tasks()).isEqualTo(THREE_DEPLOYS);
        assertThat(broker.update("a", wish("all", id)).status()).isEqualTo(200);
        assertThat(tasks()).isEqualTo(THREE_DEPLOYS);
        assertThat(broker.update("a", wish("leaf", UUID.randomUUID())).status()).isEqualTo(202);
        assertThat(broker.send("GET", TestBroker.path("a"), null).body().toString())
                .doesNotContain("rotat");
    }

    private static Predicate<String> nth(int n) {
        var left = new int[] {n};
        return line -> left[0]-- == 0;
    }

    /// Both brokers poll, and one of all requests or replies is lost.
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 22, 24, 27, 30, 33, 36, 39, 42, 45, 48})
    void losesNothingWhicheverRequestOrReplyIsLost(int n) {
        for (boolean reply : List.of(true, false)) {
            create();
            if (reply) {
                director.dropReplyOf(nth(n));
            } else {
                director.dropRequest(nth(n));
            }
            var wish = wish("all", UUID.randomUUID());
            var accepted = broker.update("a", wish);
            for (int i = 0; i < 3 && accepted.status() != 202; i++) {
                accepted = other.update("a", wish);
            }
            var operation = accepted.text("operation");
            var state = "in progress";
            for (int i = 0; i < 400 && !state.equals("succeeded"); i++) {
                director.progress();
                state = (i % 2 == 0 ? broker : other).poll("a", operation).text("state");
                assertThat(state).isNotEqualTo("failed");
                LockSupport.parkNanos(2_000_000);
            }
            assertThat(state).isEqualTo("succeeded");
            assertThat(tasks()).isEqualTo(THREE_DEPLOYS);
            rotatedSafely();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void theNextRotationGoesOnWhereOneFailed(int task) {
        var operation = broker.update("a", wish("all", UUID.randomUUID())).text("operation");
        for (int i = 0; i < task; i++) {
            director.progress();
            broker.poll("a", operation);
        }
        director.fail(director.tasks.values().stream().toList().getLast(), "no capacity left");
        assertThat(broker.poll("a", operation).text("state")).isEqualTo("failed");
        // An ordinary update in between is harmless.
        var update = broker.update("a", Map.of("parameters", Map.of("kubernetes_worker_instances", 5)));
        assertThat(broker.finish("a", update.text("operation")).text("state")).isEqualTo("succeeded");
        assertThat(director.certificates.violations).isEmpty();

        assertThat(rotate("all").text("state")).isEqualTo("succeeded");
        rotatedSafely();
    }

    @Test
    void aDeployThatIsTakenTwiceCountsOnce() {
        for (int before : List.of(0, 2, 4)) {
            create();
            var operation = "";
            if (before == 0) {
                director.deployTwice();
            }
            operation = broker.update("a", wish("all", UUID.randomUUID())).text("operation");
            for (int i = 0; i < before; i++) {
                director.progress();
                if (i == before - 1) {
                    director.deployTwice();
                }
                broker.poll("a", operation);
            }
            assertThat(broker.finish("a", operation).text("state")).isEqualTo("succeeded");
            rotatedSafely();
        }
    }

    @Test
    void refusesACredHubThatDoesNotTellBothAuthorities() {
        director.certificates.concatenates = false;
        var answer = broker.update("a", wish("all", UUID.randomUUID()));
        assertThat(answer.text("description")).contains("concatenate_cas");
        assertThat(tasks()).isEmpty();

        director.certificates.concatenates = true;
        assertThat(rotate("all").text("state")).isEqualTo("succeeded");
        rotatedSafely();
    }

    @Test
    void refusesWishesThatAreNone() {
        for (var wrong : List.of(
                Map.of(
                        "rotate_certificates",
                        "some",
                        "rotation_id",
                        UUID.randomUUID().toString()),
                Map.of("rotate_certificates", "all"),
                Map.of("rotation_id", UUID.randomUUID().toString()),
                Map.of(
                        "rotate_certificates",
                        "leaf",
                        "rotation_id",
                        UUID.randomUUID().toString(),
                        "kubernetes_worker_instances",
                        5))) {
            var answer = broker.update("a", Map.of("parameters", wrong));
            assertThat(answer.status()).as(answer.body().toString()).isEqualTo(400);
        }
        assertThat(tasks()).isEmpty();
    }

    @Test
    void tellsCertificatesAndTheirDays() {
        var listed = broker.send("GET", TestBroker.path("a") + "/certificates", null)
                .body()
                .path("certificates");
        assertThat(listed.size()).isEqualTo(4);
        assertThat(listed.get(0).path("name").asString()).startsWith(PATH + "tls-");
        assertThat(listed.get(0).path("type").asString()).isEqualTo("Leaf");
        assertThat(listed.get(3).path("type").asString()).isEqualTo("Root");
        assertThat(broker.client().certificates("a").certificates()).hasSize(4);
        assertThat(broker.send("GET", TestBroker.path("none") + "/certificates", null)
                        .status())
                .isEqualTo(404);
        var metrics = broker.send("GET", "/mgmt/metrics", null).body().toString();
        assertThat(metrics)
                .contains(
                        "{\"key\":\"/on-demand-broker/p.pks/instances/a/certificate_days_left\",\"value\":20,\"unit\":\"days\"}");
    }

    @Test
    void warnsOfCertificatesThatEndSoon() throws IOException {
        try (var watching = new TestBroker(director, directory).with("broker.certificate-check", "50ms")) {
            // A start sets logging up anew.
            var events = new ListAppender<ILoggingEvent>();
            events.start();
            var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
            root.addAppender(events);
            for (int i = 0; i < 500 && warnings(events) == 0; i++) {
                LockSupport.parkNanos(10_000_000);
            }
            root.detachAppender(events);
            assertThat(warnings(events)).isPositive();
            assertThat(watching.base()).isNotNull();
        }
    }

    private static long warnings(ListAppender<ILoggingEvent> events) {
        return List.copyOf(events.list).stream()
                .filter(event -> event.getLevel() == Level.WARN
                        && event.getMessage().equals("Certificates of an instance end soon; rotate them")
                        && event.getKeyValuePairs().toString().contains("days=\"20\""))
                .count();
    }
}
