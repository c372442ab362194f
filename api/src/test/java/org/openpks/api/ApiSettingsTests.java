package org.openpks.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ApiSettingsTests {

    private static final String KEY =
            Base64.getEncoder().encodeToString("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

    private static Map<String, Object> least() {
        return new HashMap<>(Map.of(
                "openpks.api.uaa.url", "https://localhost:8443",
                "openpks.api.uaa.ca-file", "/ca.pem",
                "openpks.api.broker.url", "http://127.0.0.1:8081/",
                "openpks.api.broker.user", "broker",
                "openpks.api.broker.password", "geheim",
                "openpks.api.broker.service-id", "service",
                "openpks.api.encryption-key", KEY,
                "openpks.api.pks-version", "1.7.0",
                "openpks.api.k8s-version", "1.37.2"));
    }

    private static ApiSettings bind(Map<String, Object> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bind(
                        "openpks.api",
                        Bindable.of(ApiSettings.class),
                        new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
                .get();
    }

    @Test
    void hasDefaultsForEverythingThatCanHaveOne() {
        var settings = bind(least());
        assertThat(settings.pollInterval()).isEqualTo(Duration.ofMillis(200));
        assertThat(settings.sendPatience()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.pollPatience()).isEqualTo(Duration.ofMinutes(15));
        assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.plansMaxAge()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.uaa().expectedIssuer()).isEqualTo("https://localhost:8443/oauth/token");
        assertThat(settings.uaa().tokenKeys()).hasToString("https://localhost:8443/token_keys");
    }

    @Test
    void namesWhatIsMissing() {
        for (var name : least().keySet()) {
            var values = least();
            values.remove(name);
            assertThatThrownBy(() -> bind(values)).as(name).rootCause().hasMessageContaining(name);
        }
    }

    @Test
    void refusesNamesThatItDoesNotKnow() {
        var values = least();
        values.put("openpks.api.poll-intervall", "1s");
        assertThatThrownBy(() -> bind(values)).rootCause().hasMessageContaining("poll-intervall");
    }

    @Test
    void wantsTokensFromATlsServerOnly() {
        var values = least();
        values.put("openpks.api.uaa.url", "http://localhost:8080");
        assertThatThrownBy(() -> bind(values))
                .rootCause()
                .hasMessageContaining("openpks.api.uaa.url must be an https address");
    }

    @Test
    void wantsTheAuthorityOfABrokerOnTls() {
        var values = least();
        values.put("openpks.api.broker.url", "https://broker");
        assertThatThrownBy(() -> bind(values))
                .rootCause()
                .hasMessageContaining("openpks.api.broker.ca-file is missing");
    }

    @Test
    void wantsAKeyOfTheRightLength() {
        for (var bad : new String[] {"short", "c2hvcnQ="}) {
            var values = least();
            values.put("openpks.api.encryption-key", bad);
            assertThatThrownBy(() -> bind(values))
                    .rootCause()
                    .hasMessage("openpks.api.encryption-key must be 32 bytes in base64.");
        }
    }

    @Test
    void keepsSecretsOutOfItsText() {
        assertThat(bind(least()).toString()).doesNotContain("geheim").doesNotContain(KEY);
    }
}
