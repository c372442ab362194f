package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The certificates of clusters, over HTTP.
class CertificatesIT {

    private static final String CERTIFICATES = "/v1/clusters/one/certificates";

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = new TestApi();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void makeACluster() {
        api.asAdmin();
        api.create("one");
        api.awaitState("one", "CREATE succeeded");
    }

    @AfterEach
    void clean() {
        api.asAdmin();
        api.broker.behave();
        api.delete("/v1/clusters/one");
        api.awaitState("one", "gone");
    }

    @Test
    void listsNamesTypesAndDays() {
        var listed = api.get(CERTIFICATES).json();
        assertThat(listed.size()).isEqualTo(2);
        var ended = listed.get(0);
        assertThat(ended.path("name").asString()).startsWith("/openpks/service-instance_");
        assertThat(ended.path("type").asString()).isEqualTo("Leaf");
        assertThat(ended.path("days_left").asLong()).isEqualTo(-1);
        assertThat(ended.path("valid_until").asLong())
                .isBetween(
                        Instant.now().minus(Duration.ofMinutes(3)).toEpochMilli(),
                        Instant.now().toEpochMilli());
        var lasting = listed.get(1);
        assertThat(lasting.path("type").asString()).isEqualTo("Root");
        assertThat(lasting.path("days_left").asLong()).isEqualTo(366);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "365, 1", "366, 2", "999999, 2"})
    void leavesOutWhatLastsLonger(int days, int shown) {
        assertThat(api.get(CERTIFICATES + "?days=" + days).json().size()).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "soon", "1.5", "9999999", ""})
    void refusesDaysThatAreNone(String days) {
        var answer = api.get(CERTIFICATES + "?days=" + days);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.sentence()).isEqualTo("The parameter 'days' must be a whole number from 0 on.");
    }

    @Test
    void saysWhenTheBrokerDoesNotAnswer() {
        api.broker.misbehave(request -> request.contains("/certificates"), 503, "{}", 10);
        assertThat(api.get(CERTIFICATES).status()).isEqualTo(502);
        assertThat(api.get("/v1/clusters/none/certificates").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"leaf", "all"})
    void rotatesByAnUpdateThatIsTheSameWhenItIsSentAgain(String scope) {
        int before = api.broker.updates().size();
        // The broker has it, and the answer is lost.
        api.broker.misbehave(request -> request.startsWith("PATCH"), 0, "", 1);
        var accepted = api.post(CERTIFICATES + "/rotate", "{\"scope\":\"" + scope + "\"}");
        assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
        assertThat(accepted.json().path("last_action").asString()).isEqualTo("UPDATE");
        assertThat(accepted.json().path("name").asString()).isEqualTo("one");
        api.awaitState("one", "UPDATE succeeded");

        var sent = api.broker.updates().subList(before, api.broker.updates().size());
        assertThat(sent).hasSizeGreaterThanOrEqualTo(2);
        assertThat(sent.stream().map(body -> body.path("parameters")).distinct())
                .hasSize(1);
        var parameters = sent.getFirst().path("parameters");
        assertThat(parameters.path("rotate_certificates").asString()).isEqualTo(scope);
        assertThat(parameters.path("rotation_id").asString()).matches("[0-9a-f-]{36}");
        assertThat(parameters.size()).isEqualTo(2);
    }

    @Test
    void refusesWhatIsNoScopeAndABusyCluster() {
        for (var body :
                new String[] {"{}", "{\"scope\":null}", "{\"scope\":\"ALL\"}", "{\"scope\":\"leaf\",\"x\":1}"}) {
            assertThat(api.post(CERTIFICATES + "/rotate", body).status())
                    .as(body)
                    .isEqualTo(400);
        }
        api.broker.instant = false;
        assertThat(api.post(CERTIFICATES + "/rotate", "{\"scope\":\"leaf\"}").status())
                .isEqualTo(202);
        var second = api.post(CERTIFICATES + "/rotate", "{\"scope\":\"leaf\"}");
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.sentence()).contains("An operation is in progress");
        api.broker.instant = true;
        api.awaitState("one", "UPDATE succeeded");
    }
}
