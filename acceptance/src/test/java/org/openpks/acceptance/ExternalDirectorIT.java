package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Two installations: one is a BOSH Director with a UAA and a CredHub, the other a control plane that knows it by URL
/// alone, as it would know one in a data centre.
class ExternalDirectorIT {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path files;

    private static Product bosh;
    private static Product pks;

    @BeforeAll
    static void start() throws IOException {
        bosh = Product.started(new Product.Place(Path.of("/var/lib/openpks-bosh"), "opksbo", "opb", 179, 98), """
                parts: [uaa, director]
                director_authentication: uaa
                """);
        try {
            pks = Product.started(
                    new Product.Place(Path.of("/var/lib/openpks-pks"), "opkspk", "opp", 180, 99), """
                    parts: [uaa, api, broker]
                    broker: %s
                    external_director:
                      director: {url: "%s", %s}
                      credhub: {url: "%s", %s}
                    """.formatted(
                                    brokerConfiguration(),
                                    bosh.exports().get("BOSH_ENVIRONMENT"),
                                    login(),
                                    bosh.exports().get("CREDHUB_SERVER"),
                                    login()));
            pks.login();
        } catch (IOException | RuntimeException | AssertionError e) {
            stop();
            throw e;
        }
    }

    @AfterAll
    static void stop() {
        try {
            if (pks != null) {
                pks.close();
            }
        } finally {
            bosh.close();
        }
    }

    @Test
    void makesScalesAndDeletesAClusterThroughADirectorElsewhere() {
        pks.cluster("away", "small", 1);
        assertThat(pks.readyNodes("away")).hasSize(1);
        assertThat(ask("/deployments").valueStream())
                .anySatisfy(deployment ->
                        assertThat(deployment.path("name").asString()).startsWith("service-instance_"));
        assertThat(pks.home().resolve("nodes")).doesNotExist();

        pks.pks("resize", "away", "-n", "2", "--wait", "--non-interactive").ok();
        assertThat(pks.readyNodes("away")).hasSize(2);

        pks.pks("delete-cluster", "away", "--wait", "--non-interactive").ok();
        assertThat(ask("/deployments")).isEmpty();
        assertThat(pks.api("/v1/clusters")).isEmpty();
    }

    private static String login() throws IOException {
        var secret = files.resolve("secret");
        if (!Files.exists(secret)) {
            Files.createFile(
                    secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(secret, bosh.exports().get("BOSH_CLIENT_SECRET"));
        return "ca_file: %s, authentication: uaa, client: %s, client_secret_file: %s"
                .formatted(bosh.exports().get("BOSH_CA_CERT"), bosh.exports().get("BOSH_CLIENT"), secret);
    }

    /// The plans of the product, with the versions that the Director has: what an operator writes after uploading.
    private static Path brokerConfiguration() throws IOException {
        var release = ask("/releases").path(0);
        var stemcell = ask("/stemcells").path(0);
        return Files.writeString(
                files.resolve("broker.yml"),
                Files.readString(Product.CHECKOUT.resolve("deploy/broker.yml"))
                        + """

                service_deployment:
                  releases: [{name: "%s", version: "%s"}]
                  stemcells: [{os: "%s", version: "%s"}]
                """.formatted(
                                        release.path("name").asString(),
                                        release.path("release_versions")
                                                .path(0)
                                                .path("version")
                                                .asString(),
                                        stemcell.path("operating_system").asString(),
                                        stemcell.path("version").asString()));
    }

    private static JsonNode ask(String path) {
        var exports = bosh.exports();
        var token = bosh.clientToken(exports.get("BOSH_CLIENT"), exports.get("BOSH_CLIENT_SECRET"));
        var answer = bosh.send(HttpRequest.newBuilder(URI.create(exports.get("BOSH_ENVIRONMENT") + path))
                .header("Authorization", "bearer " + token));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}
