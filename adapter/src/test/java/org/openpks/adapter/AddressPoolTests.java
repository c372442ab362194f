package org.openpks.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPoolTests {

    private static AddressPool pool(Object addresses) {
        return AddressPool.of(new Plan(
                Map.of("network", Map.of("api_addresses", addresses)),
                List.of(),
                Optional.empty(),
                Plan.LifecycleErrands.NONE));
    }

    @Test
    void isMadeOfAddressesRangesAndNetworks() {
        assertThat(pool(List.of("10.0.0.7", "10.0.0.254-10.0.1.1", "10.1.0.4/30"))
                        .addresses())
                .containsExactly(
                        "10.0.0.7",
                        "10.0.0.254",
                        "10.0.0.255",
                        "10.0.1.0",
                        "10.0.1.1",
                        "10.1.0.4",
                        "10.1.0.5",
                        "10.1.0.6",
                        "10.1.0.7");
        assertThat(pool("10.0.0.7").contains("10.0.0.7")).isTrue();
        assertThat(pool("10.0.0.7").contains("10.0.0.8")).isFalse();
        assertThat(pool("10.0.0.7").contains("cluster.example.com")).isFalse();
    }

    @Test
    void isEmptyWhenThePlanHasNone() {
        var plan = new Plan(Map.of(), List.of(), Optional.empty(), Plan.LifecycleErrands.NONE);
        assertThat(AddressPool.of(plan).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ten", "10.0.0", "10.0.0.300", "10.0.0.9-10.0.0.8", "10.0.0.5/30", "10.0.0.0/8", "10.0.0.0/33"})
    void refusesWhatIsNoRange(String text) {
        assertThatThrownBy(() -> pool(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must be addresses like")
                .hasMessageEndingWith("not " + text);
    }
}
