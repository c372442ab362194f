package org.openpks.acceptance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An installation's Director and CredHub, as another installation knows them: by URL alone.
/// @param uaa whether callers are clients of the Director's UAA; else they are its own users
/// @param files where the other installation's settings find what they name
record DirectorElsewhere(Product bosh, boolean uaa, Path files) {

    private static final JsonMapper JSON = new JsonMapper();

    /// Lines for the settings of an installation that uses this Director.
    String settings() throws IOException {
        return """
                broker: %s
                external_director:
                  director: {url: "%s", %s}
                  credhub: {url: "%s", %s}
                """.formatted(
                        brokerConfiguration(),
                        bosh.exports().get("BOSH_ENVIRONMENT"),
                        login(),
                        bosh.exports().get("CREDHUB_SERVER"),
                        login());
    }

    private String login() throws IOException {
        return "ca_file: %s, authentication: %s, client: %s, client_secret_file: %s"
                .formatted(
                        bosh.exports().get("BOSH_CA_CERT"),
                        uaa ? "uaa" : "basic",
                        bosh.exports().get("BOSH_CLIENT"),
                        secretFile(
                                files.resolve("director-secret"), bosh.exports().get("BOSH_CLIENT_SECRET")));
    }

    /// Writes a secret where only its owner reads it.
    static Path secretFile(Path file, String secret) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        return Files.writeString(file, secret);
    }

    /// The plans of the product, with the versions that the Director has: what an operator writes after uploading.
    private Path brokerConfiguration() throws IOException {
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

    /// Asks the Director.
    JsonNode ask(String path) {
        var exports = bosh.exports();
        var client = exports.get("BOSH_CLIENT");
        var secret = exports.get("BOSH_CLIENT_SECRET");
        var authorization = uaa
                ? "bearer " + bosh.clientToken(client, secret)
                : "Basic "
                        + Base64.getEncoder().encodeToString((client + ":" + secret).getBytes(StandardCharsets.UTF_8));
        var answer = bosh.send(HttpRequest.newBuilder(URI.create(exports.get("BOSH_ENVIRONMENT") + path))
                .header("Authorization", authorization));
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }
}
