package org.openpks.cli.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostNamesTests {
    @ParameterizedTest
    @CsvSource({
        "api.example.com,     api.example.com,   true",
        "API.example.com,     api.Example.com,   true",
        "api.example.com,     *.example.com,     true",
        "a.b.example.com,     *.example.com,     false",
        "example.com,         *.example.com,     false",
        ".example.com,        *.example.com,     false",
        "example.com,         *.com,             false",
        "api.example.com,     a*.example.com,    false",
        "api.example.com,     *,                 false",
        "api.example.com,     *.*.com,           false",
        "api.example.com.evil.org, api.example.com, false"
    })
    void matchesWholeNamesAndOneLabelOfWildcard(String host, String pattern, boolean expected) {
        assertThat(HostNames.matches(host, pattern)).isEqualTo(expected);
    }
}
