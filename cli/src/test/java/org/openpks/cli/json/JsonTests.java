package org.openpks.cli.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonTests {

    @Test
    void saysWhatIsWrongInWordsForTheWriterOfTheFile() {
        assertThatThrownBy(() -> Json.parse("{\n \"a\": [\n}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(MalformedJson.class, e -> {
                    assertThat(e).hasMessage("Unexpected close marker '}': expected ']'");
                    assertThat(e.place()).isEqualTo("line 3, column 1");
                });
    }
}
