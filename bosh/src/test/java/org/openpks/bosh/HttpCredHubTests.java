package org.openpks.bosh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /// The answer is after the API documentation of CredHub.
    @Test
    void readsCertificatesBelowAPrefix() {
        server.answer(200, """
                {"certificates":[
                {"id":"6a2b","name":"/d/x/ca","signed_by":"/d/x/ca","signs":["/d/x/leaf"],"versions":[
                {"expiry_date":"2030-09-27T21:00:00Z","id":"v2","transitional":true,"certificate_authority":true,"self_signed":true,"generated":true},
                {"expiry_date":"2029-09-27T21:00:00Z","id":"v1","transitional":false,"certificate_authority":true,"self_signed":true,"generated":true}]},
                {"id":"7c","name":"/d/x-other/leaf","signed_by":"","signs":[],"versions":[
                {"expiry_date":null,"id":"v3","transitional":false,"certificate_authority":false}]}]}
                """);
        var found = credhub.certificates("/d/x/");
        assertThat(found).hasSize(1);
        var authority = found.getFirst();
        assertThat(authority.authority()).isTrue();
        assertThat(authority.current().map(Certificate.Version::id)).contains("v1");
        assertThat(authority.transitional().map(Certificate.Version::id)).contains("v2");
        assertThat(authority.current().flatMap(Certificate.Version::expiresAt))
                .contains(Instant.parse("2029-09-27T21:00:00Z"));
    }

    @Test
    void rotatesCertificates() {
        var version = new Certificate.Version("v1", Optional.empty(), false, true);
        var authority = new Certificate("6a2b", "/d/x/ca", "/d/x/ca", List.of(version));
        for (int i = 0; i < 4; i++) {
            server.answer(200, "{}");
        }
        credhub.regenerate(authority, true);
        credhub.setTransitional(authority, Optional.of(version));
        credhub.setTransitional(authority, Optional.empty());
        credhub.regenerateSignedBy(authority);
        assertThat(server.asked)
                .extracting(asked -> asked.method() + " " + asked.path() + " " + asked.body())
                .containsExactly(
                        "POST /api/v1/certificates/6a2b/regenerate {\"set_as_transitional\":true}",
                        "PUT /api/v1/certificates/6a2b/update_transitional_version {\"version\":\"v1\"}",
                        "PUT /api/v1/certificates/6a2b/update_transitional_version {\"version\":null}",
                        "POST /api/v1/bulk-regenerate {\"signed_by\":\"/d/x/ca\"}");
    }

    @Test
    void keepsSecretsOutOfItsFaults() {
        server.answer(200, "{\"data\":[{\"value\":\"very-secret\"");
        var fault = catchThrowableOfType(Fault.class, () -> credhub.get("/a"));
        assertThat(fault.code()).isEqualTo(BoshFault.FAILED);
        assertThat(fault.getMessage() + fault.detail() + fault.getCause()).doesNotContain("very-secret");
    }
}
