package org.openpks.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openpks.kernel.Fault;

class UaaOptionsTests {

    @TempDir
    Path directory;

    @Test
    void becomePropertiesOfUaa() throws IOException {
        var secret = Files.writeString(directory.resolve("secret"), "word\n");
        var properties = UaaOptions.properties(Map.of(
                "lockout", Map.of("after_failures", 3),
                "ldap", Map.of("urls", List.of("ldaps://a", "ldaps://b"), "bind_password_file", secret.toString()),
                "oidc", List.of(Map.of("origin", "corp"))));
        assertThat(properties)
                .isEqualTo(Map.of(
                        "openpks.uaa.lockout.after-failures", 3,
                        "openpks.uaa.ldap.urls[0]", "ldaps://a",
                        "openpks.uaa.ldap.urls[1]", "ldaps://b",
                        "openpks.uaa.ldap.bind-password", "word",
                        "openpks.uaa.oidc[0].origin", "corp"));
    }

    @Test
    void holdNoSecretsAndNothingOfTheLaunchers() {
        assertThatThrownBy(() -> UaaOptions.properties(Map.of("ldap", Map.of("bind_password", "word"))))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("bind_password_file")
                .hasMessageNotContaining("word\"");
        assertThatThrownBy(() -> UaaOptions.properties(Map.of("encryption_key", "x")))
                .hasMessageContaining("uaa.encryption_key");
        assertThatThrownBy(() -> UaaOptions.properties(Map.of("ldap", Map.of("ca_file", "/no/such/file"))))
                .hasMessageContaining("/no/such/file");
    }
}
