package org.openpks.api.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.kernel.Fault;

class ClusterNameTests {

    @ParameterizedTest
    @ValueSource(strings = {"a", "k8s1", "My_Cluster-2", "0", "team_a-prod"})
    void acceptsLettersDigitsHyphensAndUnderscores(String name) {
        assertThat(new ClusterName(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-a", "_a", "a.b", "a b", "a&b", "ä", "a\n", "a/b", "٣"})
    void refusesEverythingElseAndSaysWhatIsAllowed(String name) {
        assertThatThrownBy(() -> new ClusterName(name))
                .isInstanceOf(Fault.class)
                .hasMessage("The cluster name may hold only letters, digits, '-' and '_', "
                        + "and must start with a letter or a digit.");
    }

    @Test
    void holdsSixtyThreeCharactersAndNamesTheLimitBeyond() {
        assertThat(new ClusterName("a".repeat(63)).value()).hasSize(63);
        assertThatThrownBy(() -> new ClusterName("a".repeat(64)))
                .hasMessage("The cluster name has 64 characters; at most 63 are allowed.");
    }

    @Test
    void refusesTheEmptyName() {
        assertThatThrownBy(() -> new ClusterName("")).hasMessage("The cluster name must not be empty.");
    }
}
