package org.openpks.director.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class YamlDiffTests {

    private static String diff(String before, String after) {
        var text = new StringBuilder();
        for (var line : YamlDiff.compare(YamlDiff.parse(before), YamlDiff.parse(after))) {
            text.append(line.status()
                            .map(status -> status.equals("added") ? "+" : "-")
                            .orElse(" "))
                    .append(line.text())
                    .append('\n');
        }
        return text.toString();
    }

    @Test
    void showsChangesBelowTheLinesThatHoldThem() {
        assertThat(diff(
                        "name: d\ninstance_groups:\n- name: worker\n  instances: 2\n- name: master\n  instances: 1\n",
                        "name: d\ninstance_groups:\n- name: worker\n  instances: 3\n- name: master\n  instances: 1\n"))
                .isEqualTo(" instance_groups:\n - name: worker\n-  instances: 2\n+  instances: 3\n");
    }

    @Test
    void showsSectionsThatComeAndGo() {
        assertThat(diff("a: 1\nb: 2\n", "b: 2\nc: 3\n")).isEqualTo("-a: 1\n \n+c: 3\n");
        assertThat(diff("", "azs:\n- name: z1\n")).isEqualTo("+azs:\n+- name: z1\n");
        assertThat(diff("a: 1", "a: 1")).isEmpty();
    }

    @Test
    void hidesSecrets() {
        var document =
                YamlDiff.parse("jobs: [{properties: {password: p, list: [q]}}]\nenv: {bosh: {password: r}}\nname: n");
        assertThat(YamlDiff.redact(document).toString())
                .contains("<redacted>", "name=n")
                .doesNotContain("=p", "=r", "[q]");
    }

    @Test
    void saysWhatIsNoHash() {
        assertThatThrownBy(() -> YamlDiff.parse("- 1")).hasMessage("YAML hash expected, but the document is a list.");
        assertThatThrownBy(() -> YamlDiff.parse("a: b: c")).hasMessageContaining("Incorrect YAML structure");
        assertThatThrownBy(() -> YamlDiff.parse("a: !!java.io.File [x]")).isInstanceOf(IllegalArgumentException.class);
    }
}
