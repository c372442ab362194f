package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two installations: one is a BOSH Director with a UAA and a CredHub, the other a control plane that knows it by URL
/// alone, as it would know one in a data centre.
class ExternalDirectorIT {

    @TempDir
    static Path files;

    private static Product bosh;
    private static Product pks;
    private static DirectorElsewhere director;

    @BeforeAll
    static void start() throws IOException {
        bosh = Product.started(new Product.Place(Path.of("/var/lib/openpks-bosh"), "opksbo", "opb", 179, 98), """
                parts: [uaa, director]
                director_authentication: uaa
                """);
        try {
            director = new DirectorElsewhere(bosh, true, files);
            pks = Product.started(
                    new Product.Place(Path.of("/var/lib/openpks-pks"), "opkspk", "opp", 180, 99),
                    "parts: [uaa, api, broker]\n" + director.settings());
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
        assertThat(director.ask("/deployments").valueStream())
                .anySatisfy(deployment ->
                        assertThat(deployment.path("name").asString()).startsWith("service-instance_"));
        assertThat(pks.home().resolve("nodes")).doesNotExist();

        pks.pks("resize", "away", "-n", "2", "--wait", "--non-interactive").ok();
        assertThat(pks.readyNodes("away")).hasSize(2);

        pks.pks("delete-cluster", "away", "--wait", "--non-interactive").ok();
        assertThat(director.ask("/deployments")).isEmpty();
        assertThat(pks.api("/v1/clusters")).isEmpty();
    }
}
