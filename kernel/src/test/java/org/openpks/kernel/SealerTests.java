package org.openpks.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class SealerTests {

    private final Sealer sealer = new Sealer(Base64.getEncoder().encodeToString(new byte[32]));

    @Test
    void opensWhatItSealed() {
        assertThat(sealer.open(sealer.seal("geheim ✓", "row 1"), "row 1")).isEqualTo("geheim ✓");
    }

    @Test
    void sealsTheSameValueDifferentlyEachTime() {
        assertThat(sealer.seal("x", "row")).isNotEqualTo(sealer.seal("x", "row"));
    }

    @Test
    void doesNotOpenInAnotherRow() {
        var sealed = sealer.seal("x", "row 1");
        assertThatThrownBy(() -> sealer.open(sealed, "row 2")).isInstanceOf(IllegalStateException.class);
    }
}
