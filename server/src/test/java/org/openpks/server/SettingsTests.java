package org.openpks.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openpks.kernel.Fault;

class SettingsTests {

    private static final Path DEFAULTS = Path.of("../deploy/control-plane.yml");

    @TempDir
    Path directory;

    @Test
    void defaultsAreTheContractsPorts() {
        var settings = Settings.read(DEFAULTS, Optional.empty());
        assertThat(settings.ports()).isEqualTo(new Settings.Ports(8443, 9021, 25555, 8844, 9022, 13306));
        assertThat(settings.broker()).exists();
        assertThat(settings.cloudConfig()).exists();
        assertThat(settings.database()).isNull();
        assertThat(settings.kubernetesVersion()).isEmpty();
    }

    @Test
    void keysOfAnotherFileGoOverTheDefaultsOneByOne() throws IOException {
        var settings = Settings.read(DEFAULTS, Optional.of(file("ports: {api: 19021}\ncloud_config: mine.yml\n")));
        assertThat(settings.ports().api()).isEqualTo(19021);
        assertThat(settings.ports().uaa()).isEqualTo(8443);
        assertThat(settings.cloudConfig()).isEqualTo(directory.resolve("mine.yml"));
    }

    @Test
    void runsEveryPartUnlessToldOtherwise() {
        assertThat(Settings.read(DEFAULTS, Optional.empty()).parts()).containsExactlyInAnyOrder(Settings.Part.values());
    }

    /// Each row: settings that cannot work, and the word that the sentence about them must have.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            parts: [uaa, api, broker]      | external_director
            parts: [api, director]         | needs uaa and broker
            parts: [uaa, api, brokr]       | parts
            director_authentication: token | director_authentication
            clusters_use_uaa: {enabled: true} | api_hostname
            {parts: [director], director_authentication: uaa} | uaa must stand among the parts
            """)
    void refusesPartsThatDoNotFit(String text, String word) throws IOException {
        var file = file(text);
        assertThatThrownBy(() -> Settings.read(DEFAULTS, Optional.of(file)))
                .isInstanceOf(Fault.class)
                .hasMessageContaining(word);
    }

    @Test
    void takesADirectorElsewhereInPlaceOfItsOwn() throws IOException {
        var endpoint = "{url: https://bosh:1, ca_file: /ca, authentication: uaa, client: c, client_secret_file: /s}";
        var external = "external_director: {director: %s, credhub: %s}\n".formatted(endpoint, endpoint);
        var settings = Settings.read(DEFAULTS, Optional.of(file("parts: [uaa, api, broker]\n" + external)));
        assertThat(settings.externalDirector()).isNotNull();
        assertThat(settings.externalDirector().director().authentication())
                .isEqualTo(Settings.DirectorAuthentication.UAA);
        var both = file(external);
        assertThatThrownBy(() -> Settings.read(DEFAULTS, Optional.of(both)))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("must not stand among the parts");
    }

    @Test
    void namesAKeyThatIsMistyped() throws IOException {
        var file = file("ports: {apii: 1}\n");
        assertThatThrownBy(() -> Settings.read(DEFAULTS, Optional.of(file)))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("ports.apii");
    }

    @Test
    void refusesWhatIsNotYaml() throws IOException {
        var file = file("ports: {");
        assertThatThrownBy(() -> Settings.read(DEFAULTS, Optional.of(file)))
                .isInstanceOf(Fault.class)
                .hasMessageContaining(file.toString());
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("over.yml"), text);
    }
}
