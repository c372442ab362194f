package org.openpks.bosh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openpks.kernel.Fault;

class HttpCredHubTests {

    private RecordedServer server;
    private HttpClient http;
    private CredHub credhub;

    @BeforeEach
    void start() throws IOException {
        server = new RecordedServer();
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        credhub = new HttpCredHub(http, URI.create(server.url() + "/api/"), Authorization.basic("a", "b"));
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    @Test
    void readsTextsAndParts() {
        server.answer(200, "{\"data\":[{\"id\":\"1\",\"name\":\"/d/x/p\",\"type\":\"password\",\"value\":\"pw\"}]}");
        assertThat(credhub.get("/d/x/p")).contains("pw");
        assertThat(server.last().path()).isEqualTo("/api/v1/data?name=%2Fd%2Fx%2Fp&current=true");
        server.answer(
                200, "{\"data\":[{\"id\":\"1\",\"name\":\"/c\",\"value\":{\"ca\":\"A\",\"certificate\":\"B\"}}]}");
        assertThat(credhub.get("/c")).contains(Map.of("ca", "A", "certificate", "B"));
        server.answer(404, "{\"error\":\"The request could not be completed because the credential does not exist\"}");
        assertThat(credhub.get("/none")).isEmpty();
    }

    @Test
    void deletesOnlyBelowThePath() {
        server.answer(200, "{\"credentials\":[{\"name\":\"/d/x/a\"},{\"name\":\"/d/x-other/b\"}]}")
                .answer(204, "");
        credhub.deleteBelow("/d/x/");
        assertThat(server.asked).hasSize(2);
        assertThat(server.asked.get(0).path()).isEqualTo("/api/v1/data?path=%2Fd%2Fx");
        assertThat(server.last().method() + " " + server.last().path())
                .isEqualTo("DELETE /api/v1/data?name=%2Fd%2Fx%2Fa");
    }

    @Test
    void writesValues() {
        server.answer(200, "{}");
        credhub.set("/a", "text");
        assertThat(server.last().body()).isEqualTo("{\"name\":\"/a\",\"type\":\"value\",\"value\":\"text\"}");
    }

    @Test
    void keepsSecretsOutOfItsFaults() {
        server.answer(200, "{\"data\":[{\"value\":\"very-secret\"");
        var fault = catchThrowableOfType(Fault.class, () -> credhub.get("/a"));
        assertThat(fault.code()).isEqualTo(BoshFault.FAILED);
        assertThat(fault.getMessage() + fault.detail() + fault.getCause()).doesNotContain("very-secret");
    }
}
