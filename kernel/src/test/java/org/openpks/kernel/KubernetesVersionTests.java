package org.openpks.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesVersionTests {

    private static KubernetesVersion version(String text) {
        return KubernetesVersion.parse(text).orElseThrow();
    }

    @Test
    void readsVersionsOfReleasesAndNodes() {
        assertThat(version("1.37.2+3a1acd52")).isEqualTo(new KubernetesVersion(1, 37, 2));
        assertThat(version("v1.36.3")).hasToString("1.36.3");
        assertThat(version("1.9.10")).isLessThan(version("1.10.0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.37", "0+dev.1", "1.37.x", "latest", "99999.1.1", "1.37.2 "})
    void readsNothingElse(String text) {
        assertThat(KubernetesVersion.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1.36.3,1.36.3", "1.36.3,1.36.4", "1.36.3,1.37.0", "1.36.9,1.37.2+abc"})
    void upgradesToTheNextMinor(String from, String to) {
        assertThat(version(from).refusalOf(version(to))).isEmpty();
    }

    @Test
    void namesTheWayOverTheMinorBetween() {
        assertThat(version("1.35.4").refusalOf(version("1.37.2")).orElseThrow())
                .contains("1.35.4", "1.37.2", "Upgrade the cluster to 1.36 first");
        assertThat(version("1.34.0").refusalOf(version("1.37.2")).orElseThrow())
                .contains("Upgrade the cluster to 1.35 first");
    }

    @ParameterizedTest
    @CsvSource({"1.37.2,1.36.3", "1.37.2,1.37.1"})
    void neverGoesBack(String from, String to) {
        assertThat(version(from).refusalOf(version(to)).orElseThrow()).contains("never downgraded", from, to);
    }
}
