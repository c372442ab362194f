package org.openpks.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.broker.FakeDirector.Trouble;

/// A Director that is slow or answers nonsense: people read a sentence, and nothing stays half made or runs twice.
class DirectorTroubleTests extends WithBroker {

    private static final Duration PATIENCE = Duration.ofMillis(300);
    private static final Duration TOO_LONG = Duration.ofMillis(700);

    @BeforeAll
    static void beImpatient() {
        broker.with("broker.adopt-after", "2s").with("broker.director-patience", PATIENCE.toMillis() + "ms");
    }

    private static Predicate<String> nth(int n) {
        var left = new int[] {n};
        return line -> left[0]-- == 0;
    }

    /// Every request of a creation, with each of the answers that a broken proxy or Director may give.
    static List<Arguments> nonsense() {
        var all = new ArrayList<Arguments>();
        for (int n = 0; n < 5; n++) {
            all.add(Arguments.of(n, 200, "<html><body>Welcome</body></html>"));
            all.add(Arguments.of(n, 200, "{\"something\": \"else\"}"));
            all.add(Arguments.of(n, 500, "Internal error"));
            all.add(Arguments.of(n, 302, ""));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void createsOnceWhateverNonsenseIsAnswered(int n, int status, String body) {
        director.trouble(Trouble.nonsense(nth(n), status, body));
        var answer = broker.provision("a", Map.of());
        if (answer.status() != 202) {
            assertThat(answer.status()).as(answer.body().toString()).isIn(500, 503);
            assertThat(answer.text("description")).isNotBlank().doesNotContain("html", "Exception");
            answer = broker.provision("a", Map.of());
        }
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
        assertThat(broker.finish("a", answer.text("operation")).text("state")).isEqualTo("succeeded");
        assertThat(director.count("create deployment")).isEqualTo(1);
        assertThat(director.count("run errand")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void createsOnceWhicheverAnswerIsLate(int n) {
        director.trouble(Trouble.late(nth(n), Trouble.Kind.ANSWERS_LATE, TOO_LONG));
        createsOnce();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void createsOnceWhicheverRequestArrivesLate(int n) {
        director.trouble(Trouble.late(nth(n), Trouble.Kind.ARRIVES_LATE, TOO_LONG));
        createsOnce();
    }

    private static void createsOnce() {
        var answer = broker.provision("a", Map.of());
        for (int i = 0; i < 3 && answer.status() != 202; i++) {
            assertThat(answer.status()).as(answer.body().toString()).isIn(422, 503);
            assertThat(answer.text("description")).containsIgnoringCase("please try again later");
            answer = broker.provision("a", Map.of());
        }
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
        assertThat(broker.finish("a", answer.text("operation")).text("state")).isEqualTo("succeeded");
        assertThat(director.count("create deployment")).isEqualTo(1);
        assertThat(director.count("run errand")).isEqualTo(1);
    }

    @Test
    void updatesAndDeletesOnceWhenTheRequestItselfArrivesLate() {
        broker.created("a");
        director.trouble(Trouble.late("POST /deployments"::equals, Trouble.Kind.ARRIVES_LATE, TOO_LONG));
        var late = broker.update("a", TestBroker.FIVE);
        assertThat(late.status()).isEqualTo(503);
        assertThat(late.text("description"))
                .isEqualTo("Currently unable to update service instance, please try again later");
        var again = broker.update("a", TestBroker.FIVE);
        assertThat(again.status()).isEqualTo(202);
        assertThat(broker.finish("a", again.text("operation")).text("state")).isEqualTo("succeeded");
        assertThat(director.count("create deployment")).isEqualTo(2);

        director.trouble(
                Trouble.late(line -> line.startsWith("DELETE /deployments"), Trouble.Kind.ARRIVES_LATE, TOO_LONG));
        assertThat(broker.deprovision("a").status()).isEqualTo(503);
        assertThat(broker.finish("a", "").text("state")).isEqualTo("succeeded");
        assertThat(director.count("delete deployment")).isEqualTo(1);
        assertThat(director.configsOfInstances()).isEmpty();
    }

    @Test
    void saysThatTheDirectorDoesNotAnswerToEveryRequest() {
        broker.created("a");
        director.down(true);
        var bind = Map.of("service_id", "service-1", "plan_id", "plan-small");
        var path = TestBroker.path("a");
        for (var answer : List.of(
                broker.provision("b", Map.of()),
                broker.update("a", TestBroker.FIVE),
                broker.deprovision("a"),
                broker.poll("a", ""),
                broker.send("GET", path, null),
                broker.send("PUT", path + "/service_bindings/b", bind),
                broker.send("DELETE", path + "/service_bindings/b?service_id=service-1&plan_id=plan-small", null),
                broker.send("GET", "/mgmt/service_instances", null))) {
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text("description"))
                    .startsWith("Currently unable to ")
                    .endsWith("please try again later");
        }
        director.down(false);
        assertThat(broker.update("a", TestBroker.FIVE).status()).isEqualTo(202);
        assertThat(director.count("create deployment")).isEqualTo(2);
        assertThat(director.configsOfInstances()).hasSize(1);
    }
}
