package org.openpks.director.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openpks.director.api.ByteRange.Outside;
import org.openpks.director.api.ByteRange.Part;
import org.openpks.director.api.ByteRange.Whole;

class ByteRangeTests {

    @Test
    void readsTheRangesThatClientsSend() {
        assertThat(ByteRange.of("bytes=0-", 10)).isEqualTo(new Part(0, 9));
        assertThat(ByteRange.of("bytes=4-", 10)).isEqualTo(new Part(4, 9));
        assertThat(ByteRange.of("bytes=4-5", 10)).isEqualTo(new Part(4, 5));
        assertThat(ByteRange.of("bytes=4-99", 10)).isEqualTo(new Part(4, 9));
        assertThat(ByteRange.of("bytes=-3", 10)).isEqualTo(new Part(7, 9));
        assertThat(ByteRange.of("bytes=-30", 10)).isEqualTo(new Part(0, 9));
    }

    @Test
    void whatLiesBehindTheEndIsOutside() {
        assertThat(ByteRange.of("bytes=10-", 10)).isEqualTo(new Outside());
        assertThat(ByteRange.of("bytes=0-", 0)).isEqualTo(new Outside());
        assertThat(ByteRange.of("bytes=-5", 0)).isEqualTo(new Outside());
    }

    @Test
    void otherFormsMeanTheWhole() {
        assertThat(ByteRange.of(null, 10)).isEqualTo(new Whole());
        assertThat(ByteRange.of("bytes=5-4", 10)).isEqualTo(new Whole());
        assertThat(ByteRange.of("bytes=-", 10)).isEqualTo(new Whole());
        assertThat(ByteRange.of("lines=1-2", 10)).isEqualTo(new Whole());
        assertThat(ByteRange.of("bytes=0-1,4-5", 10)).isEqualTo(new Whole());
    }
}
