package org.openpks.uaa.scim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpks.uaa.fault.UaaFault;

class FilterTests {

    private static final Attributes ATTRIBUTES = new Attributes(
            "userName",
            Map.of(
                    "userName", Attribute.text("user_name"),
                    "origin", Attribute.text("origin"),
                    "active", Attribute.bool("active"),
                    "meta.created", Attribute.time("created_at"),
                    "version", Attribute.number("version")));

    @Test
    void bindsEveryValue() {
        var condition = Filter.parse("userName eq \"joe\" and origin eq 'ldap'", ATTRIBUTES);
        assertThat(condition.sql())
                .isEqualTo("(user_name collate utf8mb4_general_ci = ? and origin collate utf8mb4_general_ci = ?)");
        assertThat(condition.parameters()).isEqualTo(List.of("joe", "ldap"));
    }

    @Test
    void knowsPrecedenceAndParentheses() {
        assertThat(Filter.parse("version gt 1 or version lt 3 and active eq true", ATTRIBUTES)
                        .sql())
                .isEqualTo("(version > ? or (version < ? and active = ?))");
        assertThat(Filter.parse("(version gt 1 OR version lt 3) AND active eq true", ATTRIBUTES)
                        .sql())
                .isEqualTo("((version > ? or version < ?) and active = ?)");
    }

    @Test
    void keepsWhatStandsInQuotes() {
        var injected = "x\" or \"1\"=\"1; drop table client; --";
        var condition = Filter.parse("userName eq \"" + injected.replace("\"", "\\\"") + "\"", ATTRIBUTES);
        assertThat(condition.parameters()).isEqualTo(List.of(injected));
        assertThat(Filter.parse("username CO \"50%_!\"", ATTRIBUTES).parameters())
                .isEqualTo(List.of("%50!%!_!!%"));
    }

    @Test
    void readsTimes() {
        assertThat(Filter.parse("meta.created ge \"2026-01-02T03:04:05.678Z\"", ATTRIBUTES)
                        .sql())
                .isEqualTo("created_at >= ?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "userName",
                "userName eq",
                "userName is \"x\"",
                "password eq \"x\"",
                "salt pr",
                "userName eq \"x",
                "userName eq 'x\"",
                "userName eq \"x\" and",
                "(userName eq \"x\"",
                "userName eq \"x\") or (1 eq 1",
                "userName eq \"x\" origin eq \"y\"",
                "1 = 1",
                "active eq perhaps",
                "version eq 1.5",
                "meta.created gt yesterday",
                "active co \"t\"",
                "and and and",
                "()",
                ")",
                "userName eq ("
            })
    void refusesEverythingElse(String filter) {
        assertThatThrownBy(() -> Filter.parse(filter, ATTRIBUTES))
                .isInstanceOf(UaaFault.class)
                .hasMessageContaining("Invalid filter expression: [");
    }

    @Test
    void refusesWhatIsEndless() {
        assertThatThrownBy(() -> Filter.parse("(".repeat(60) + "userName pr" + ")".repeat(60), ATTRIBUTES))
                .isInstanceOf(UaaFault.class);
        assertThatThrownBy(() -> Filter.parse("userName eq \"" + "x".repeat(5_000) + "\"", ATTRIBUTES))
                .isInstanceOf(UaaFault.class);
    }
}
