package org.openpks.director.deployment.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InterpolationTests {

    private static final Map<String, Object> VALUES = Map.of(
            "/dir/dep/pw",
            "s3cret",
            "/dir/dep/number",
            7,
            "/dir/dep/cert",
            Map.of("certificate", "C", "private_key", "K"),
            "/shared/x",
            List.of(1, 2));

    private final Interpolation interpolation = new Interpolation("/dir/dep/", VALUES::get);

    @Test
    void keepsTheTypeOfAWholeScalar() {
        assertThat(interpolation.value("((number))")).isEqualTo(7);
        assertThat(interpolation.value("((/shared/x))")).isEqualTo(List.of(1, 2));
        assertThat(interpolation.value("((cert))")).isEqualTo(VALUES.get("/dir/dep/cert"));
    }

    @Test
    void putsTextIntoText() {
        assertThat(interpolation.value("user:((pw))@((number))")).isEqualTo("user:s3cret@7");
        assertThatThrownBy(() -> interpolation.value("a ((cert))")).hasMessageContaining("is not a text");
    }

    @Test
    void digsForKeys() {
        assertThat(interpolation.value(Map.of("a", List.of("((cert.private_key))"))))
                .isEqualTo(Map.of("a", List.of("K")));
        assertThatThrownBy(() -> interpolation.value("((cert.none))"))
                .hasMessage("Failed to fetch variable '/dir/dep/cert' from config server: it has no key 'none'.");
    }

    @Test
    void leavesOtherParenthesesAlone() {
        assertThat(interpolation.value("((  )) (( a b )) (x)")).isEqualTo("((  )) (( a b )) (x)");
        assertThatThrownBy(() -> interpolation.value("((none))")).hasMessageContaining("'/dir/dep/none'");
    }

    @Test
    void knowsWhatIsSecret() {
        interpolation.value("((pw)) ((cert.certificate)) ((number))");
        assertThat(interpolation.secrets()).containsExactlyInAnyOrder("s3cret", "K");
    }
}
