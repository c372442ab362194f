package org.openpks.bosh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openpks.kernel.Fault;

class UaaDiscoveryTests {

    private RecordedServer server;
    private HttpClient http;

    @BeforeEach
    void start() throws IOException {
        server = new RecordedServer();
        http = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    @Test
    void findsTheUaaOfADirectorWithoutLoggingIn() {
        server.answer(200, """
                {"name":"lite","uuid":"71d36859","user":null,"user_authentication":{"type":"uaa","options":
                 {"url":"https://10.0.0.6:8443","urls":["https://10.0.0.6:8443"]}}}""");
        assertThat(UaaDiscovery.ofDirector(http, server.url())).isEqualTo(URI.create("https://10.0.0.6:8443"));
        assertThat(server.last().path()).isEqualTo("/info");
        assertThat(server.last().header("Authorization")).isEmpty();
    }

    @Test
    void findsTheUaaOfACredHub() {
        server.answer(200, """
                {"auth-server":{"url":"https://10.0.0.6:8443"},"app":{"name":"CredHub"}}""");
        assertThat(UaaDiscovery.ofCredHub(http, server.url().resolve("/api")))
                .isEqualTo(URI.create("https://10.0.0.6:8443"));
        assertThat(server.last().path()).isEqualTo("/info");
    }

    @Test
    void saysWhatToDoWhenThereIsNone() {
        server.answer(200, """
                {"user_authentication":{"type":"basic","options":{}}}""");
        assertThatThrownBy(() -> UaaDiscovery.ofDirector(http, server.url()))
                .isInstanceOfSatisfying(Fault.class, fault -> assertThat(fault.userMessage())
                        .contains("has no UAA", "give the broker a user name and a password"));
    }
}
