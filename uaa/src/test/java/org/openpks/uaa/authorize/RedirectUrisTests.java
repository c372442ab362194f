package org.openpks.uaa.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectUrisTests {

    @ParameterizedTest
    @CsvSource({
        "https://a.example/cb, https://a.example/cb",
        "http://localhost:*, http://localhost:4711",
        "http://localhost:*/**, http://localhost:4711/",
        "http://localhost:*/**, http://localhost:4711/deep/er?x=1",
        "https://*.example/cb, https://a.b.example/cb",
        "https://a.example/*/cb, https://a.example/x/cb",
        "https://a.example/**, https://a.example/x?y=z",
    })
    void allowsWhatIsRegistered(String registered, String uri) {
        assertThat(RedirectUris.allowed(List.of(registered), uri)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example/cb, https://a.example/cb2",
        "https://a.example/cb, https://a.example/cb?x=1",
        "https://a.example/cb, http://a.example/cb",
        "https://a.example/**, https://evil.example/x",
        "https://a.example/**, https://a.example@evil.example/x",
        "https://a.example/**, https://a.example.evil.example/x",
        "https://a.example/**, https://a.example:8443/x",
        "https://a.example/**, https://a.example/../x",
        "https://a.example/**, https://a.example/%2e%2e/x",
        "https://a.example/**, https://a.example\\@evil.example/x",
        "https://a.example/**, https://a.example/x#y",
        "https://a.example/*, https://a.example/x/y",
        "https://*.example/cb, https://evil.com/.example/cb",
        "https://*.example/cb, https://example/cb",
        "http://localhost:*/**, http://localhost.evil.example:80/",
        "http://localhost:*/**, http://localhost:80@evil.example/",
        "http://localhost:*/**, //evil.example/",
        "http://localhost:*/**, javascript:alert(1)",
        "http://localhost:*/**, http://localhost:*/**",
    })
    void refusesEverythingElse(String registered, String uri) {
        assertThat(RedirectUris.allowed(List.of(registered), uri)).isFalse();
    }
}
