package org.openpks.director;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.component.RunningComponent;
import org.openpks.database.TestDatabase;
import org.openpks.director.api.CredHubConnector;
import org.openpks.kernel.CertificateAuthority;
import org.openpks.kernel.TlsClients;

/// The director as it is shipped: every part of it, TLS on both ports, no machine made.
class DirectorApplicationIT {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create(
            "test", CertificateAuthority.rsa(2048), Duration.ofDays(1), InstantSource.system());

    @TempDir
    Path home;

    @Test
    void answersOnBothPortsWithTls() throws Exception {
        var leaf = AUTHORITY.issue(
                new CertificateAuthority.Leaf(
                        "director", List.of(), List.of("127.0.0.1"), true, false, Duration.ofDays(1)),
                CertificateAuthority.rsa(2048));
        var settings = new HashMap<>(TestDatabase.settings("director"));
        settings.put("server.port", "0");
        settings.put("server.address", "127.0.0.1");
        settings.put(
                "server.ssl.certificate",
                Files.writeString(home.resolve("server.crt"), leaf.certificatePem())
                        .toString());
        settings.put(
                "server.ssl.certificate-private-key",
                Files.writeString(home.resolve("server.key"), leaf.keyPem()).toString());
        settings.put("openpks.web.max-body-bytes", "0");
        settings.put("director.home", home.resolve("director").toString());
        settings.put("director.users.admin", "secret");
        settings.put("director.credhub-port", "0");
        settings.put("director.credhub-url", "https://127.0.0.1:8844/api/");
        settings.put("director.nodes.home", home.toString());
        settings.put("director.nodes.prefix", "unused");
        settings.put("director.nodes.link-prefix", "un");
        settings.put("director.nodes.route-protocol", "219");
        settings.put("director.nodes.private-ranges", "");
        try (var director = RunningComponent.start("director", DirectorApplication.class, settings)) {
            assertThat(get(director.port(), "/info").body())
                    .contains("\"user\":\"admin\"", "https://127.0.0.1:8844/api/");
            assertThat(get(director.port(), "/deployments").body()).isEqualTo("[]");
            int credhub = director.bean(CredHubConnector.class).port();
            assertThat(get(credhub, "/health").body()).isEqualTo("{\"status\":\"UP\"}");
            assertThat(get(credhub, "/api/v1/data?path=/").body()).isEqualTo("{\"credentials\":[]}");
            assertThat(Files.getPosixFilePermissions(home.resolve("director/encryption.key")))
                    .hasSize(2);
        }
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        try (var client = TlsClients.trusting(AUTHORITY.certificatePem())) {
            var request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                    .header(
                            "Authorization",
                            "Basic "
                                    + Base64.getEncoder()
                                            .encodeToString("admin:secret".getBytes(StandardCharsets.UTF_8)))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }
}
