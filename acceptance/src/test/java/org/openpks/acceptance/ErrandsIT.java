package org.openpks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The operator's errands on real clusters.
@ExtendWith(ProductExtension.class)
class ErrandsIT {

    private static final Duration LONG = Duration.ofMinutes(3);

    private final Product product;

    ErrandsIT(Product product) {
        this.product = product;
    }

    @Test
    void passesOverClustersThatAreUpToDateAndDeletesAll() {
        product.cluster("errand", "small", 1);

        var upgrade = product.server("errand", "upgrade-all-clusters", "--canary", "errand")
                .ok();
        assertThat(upgrade.out()).containsPattern("errand +up to date").doesNotContain("failed");
        assertThat(product.server("errand", "upgrade-all-clusters", "--canary", "nobody")
                        .err())
                .startsWith("Error: There is no cluster nobody to be a canary;");

        var unconfirmed = product.server("errand", "delete-all-clusters");
        assertThat(unconfirmed.code()).isEqualTo(1);
        assertThat(unconfirmed.err()).contains("--non-interactive says yes");
        assertThat(product.pks("clusters").ok().out()).contains("errand");

        var deletion = product.server("errand", "delete-all-clusters", "--non-interactive")
                .ok();
        assertThat(deletion.out()).containsPattern("errand +deleted").contains(" 0 left.");
        assertThat(product.api("/v1/clusters")).isEmpty();
    }

    @Test
    void smokesAClusterAndLeavesNothing() {
        var before = Machine.of(product);
        var tests = product.server("errand", "smoke-tests").ok();
        assertThat(tests.out())
                .contains("The smoke tests passed.")
                .contains("ok      resolve a service's name in the pod")
                .doesNotContain(product.exports().get("PKS_PASSWORD"));
        assertThat(nodesSince(before)).isEmpty();
        assertThat(product.pks("clusters").ok().out()).doesNotContain("smoke-tests-");
    }

    @Test
    void removesTheSmokeTestsClusterAlsoAfterAnInterrupt() throws IOException, InterruptedException {
        var before = Machine.of(product);
        var out = product.files().resolve("smoke.out");
        var errand = product.command("bin/pks-server", "errand", "smoke-tests")
                .start(out, product.files().resolve("smoke.err"));
        try {
            Eventually.holds(
                    LONG, "a node is being made", () -> !nodesSince(before).isEmpty());
            errand.destroy();
            assertThat(errand.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            errand.destroyForcibly();
        }
        assertThat(errand.exitValue()).isNotZero();
        assertThat(Files.readString(out)).contains("Interrupted; removing what was made.");
        assertThat(product.pks("clusters").ok().out()).doesNotContain("smoke-tests-");
        // The kernel may need a moment to end the processes of a node whose making was broken off.
        Eventually.holds(LONG, "nothing is left", () -> nodesSince(before).isEmpty());
    }

    /// What clusters have on the machine; what keeps their packets inside stays when they go.
    private List<String> nodesSince(Machine before) {
        return Machine.of(product).since(before).stream()
                .filter(thing -> !thing.startsWith("firewall table") && !thing.startsWith("route unreachable"))
                .toList();
    }
}
