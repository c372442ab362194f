package org.openpks.api.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalHostTests {

    @ParameterizedTest
    @ValueSource(strings = {"a", "k8s1.example.com", "x-1.y", "1a.example", "10.0.0.1", "255.255.255.255", "0.0.0.0"})
    void acceptsNamesAndAddresses(String host) {
        assertThat(new ExternalHost(host)).hasToString(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPPER.example.com",
                "-a.b",
                "a-.b",
                "a..b",
                ".a",
                "a.",
                "a_b",
                "a b",
                "https://a",
                "a:8443",
                "256.1.1.1",
                "1.2.3",
                "a.1",
                "1a.2",
                "1.2.3.4.5",
                "01.2.3.4",
                "::1",
                "*.example.com",
                "é.example",
                "1.2.3.4\n",
                "a\n"
            })
    void refusesEverythingElse(String host) {
        assertThatThrownBy(() -> new ExternalHost(host)).hasMessageContaining("kubernetes_master_host");
    }

    @Test
    void holdsSixtyFourCharactersAndNamesTheLimitBeyond() {
        var longest = "a".repeat(60) + ".com";
        assertThat(new ExternalHost(longest).value()).hasSize(64);
        assertThatThrownBy(() -> new ExternalHost("a" + longest))
                .hasMessage(
                        "The external hostname (kubernetes_master_host) has 65 characters; at most 64 are allowed.");
    }
}
