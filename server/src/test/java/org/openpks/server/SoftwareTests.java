package org.openpks.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SoftwareTests {

    private static Software of(String release, String stemcell) {
        return new Software("kubernetes", release, release.split("[+]")[0], "debian", stemcell);
    }

    @Test
    void anotherReleaseOrStemcellIsAnotherMaintenanceVersion() {
        assertThat(of("1.37.2+3a1acd52", "1.990").maintenanceInfo())
                .containsEntry("version", "1.37.2+3a1acd52.stemcell-1.990")
                .containsEntry("description", "Kubernetes 1.37.2")
                .containsEntry("public", Map.of("kubernetes_version", "1.37.2"));
        assertThat(of("1.37.2", "1_990").maintenanceInfo()).containsEntry("version", "1.37.2+stemcell-1-990");
    }

    @Test
    void aReleaseThatIsNumberedOtherwiseIsNoUpgrade() {
        assertThat(of("0+dev.1", "1.990").maintenanceInfo()).isEmpty();
    }
}
