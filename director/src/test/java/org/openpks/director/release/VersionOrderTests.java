package org.openpks.director.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionOrderTests {

    @Test
    void ordersAsBoshDoes() {
        var ordered = List.of(
                "0.9",
                "1-alpha",
                "1-beta.2",
                "1-beta.10",
                "1",
                "1+dev.1",
                "1+dev.2",
                "1+dev.10",
                "1.0.1",
                "1.2",
                "1.10",
                "2",
                "10",
                "a");
        var shuffled = new ArrayList<>(ordered);
        Collections.reverse(shuffled);
        shuffled.sort(VersionOrder.INSTANCE);
        assertThat(shuffled).isEqualTo(ordered);
    }

    @Test
    void missingNumbersCountAsZero() {
        assertThat(VersionOrder.INSTANCE.compare("1", "1.0.0")).isZero();
        assertThat(VersionOrder.INSTANCE.compare("1.0.0", "1.0.1")).isNegative();
    }
}
