package org.openpks.api.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.kernel.Fault;

class EncryptionConfigurationTests {

    private static final String HEAD = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n";

    private static EncryptionConfiguration parse(String text) {
        return EncryptionConfiguration.parse(text, rule -> ProfileFault.rule("file", rule));
    }

    private static String secret(int seed, int length) {
        var bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) seed);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String with(String... providers) {
        return HEAD + "resources:\n- resources: [secrets]\n  providers:\n  - " + String.join("\n  - ", providers)
                + "\n";
    }

    private static String key(String provider, String name, int seed) {
        return "%s: {keys: [{name: %s, secret: %s}]}".formatted(provider, name, secret(seed, 32));
    }

    @Test
    void saysWhetherDataStaysReadable() {
        var one = parse(with(key("aescbc", "k1", 1), "identity: {}"));
        assertThat(parse(with(key("aescbc", "k2", 2), key("aescbc", "k1", 1), "identity: {}"))
                        .reads(one))
                .isTrue();
        assertThat(one.reads(one)).isTrue();
        assertThat(parse(with(key("aescbc", "k2", 2), "identity: {}")).reads(one))
                .isFalse();
        assertThat(parse(with(key("aescbc", "k1", 2), "identity: {}")).reads(one))
                .isFalse();
        assertThat(parse(with(key("aesgcm", "k1", 1), "identity: {}")).reads(one))
                .isFalse();
        assertThat(parse(with(key("aescbc", "k1", 1))).reads(one)).isFalse();
        var other = parse(with(key("aescbc", "k1", 1), "identity: {}").replace("[secrets]", "[configmaps]"));
        assertThat(other.reads(one)).isFalse();
    }

    @Test
    void namesNoKeyInItsText() {
        assertThat(parse(with(key("aescbc", "k1", 1))).toString()).doesNotContain(secret(1, 32));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kind: Pod",
                "[]",
                "a",
                "",
                "resources: {",
                "a: b: c",
                "a: !!java.util.Date 2020-01-01",
                "a: 1\na: 2",
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(Fault.class).hasMessageContaining("file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "identity: {}",
                "secretbox: {keys: []}",
                "secretbox: {keys: [{name: a, secret: c2hvcnQ=}]}",
                "secretbox: {keys: [{name: a, secret: '***'}]}",
                "secretbox: {}",
                "kms: {name: x, endpoint: 'unix:///x'}",
                "rot13: {keys: []}",
                "secretbox: {keys: [{secret: c2hvcnQ=}]}",
            })
    void refusesProvidersThatDoNotProtect(String provider) {
        assertThatThrownBy(() -> parse(with(provider))).isInstanceOf(Fault.class);
    }

    @Test
    void standsBombs() {
        var aliases = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            aliases.append("a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
        }
        assertThatThrownBy(() -> parse(aliases.toString())).isInstanceOf(Fault.class);
        assertThatThrownBy(() -> parse("[".repeat(10_000))).isInstanceOf(Fault.class);
        assertThatThrownBy(() -> parse("a: " + "x".repeat(FileContent.LONGEST))).isInstanceOf(Fault.class);
    }

    @Test
    void tellsLineAndColumn() {
        assertThatThrownBy(() -> parse(HEAD + "resources: [\n  }"))
                .hasMessageMatching("(?s).*line 4, column 3.*")
                .hasMessageNotContaining(secret(1, 32).toUpperCase(Locale.ROOT));
    }
}
