package org.openpks.director.variable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.openpks.director.settings.DirectorSettings;
import org.openpks.director.settings.DirectorSettings.KeyType;
import org.openpks.kernel.Pem;

class GeneratorTests {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-01T12:00:00Z"));

    private final Map<String, Object> made = new HashMap<>();

    private static Generator generator(KeyType type) {
        var settings = new DirectorSettings(
                "d",
                Path.of("/nowhere"),
                Map.of("admin", "x"),
                null,
                null,
                1,
                1,
                Duration.ofSeconds(30),
                type,
                0,
                null,
                null,
                Duration.ZERO,
                "cpi");
        return new Generator(new KeyPool(settings), settings, CLOCK);
    }

    private Object make(KeyType keys, String name, String type, Map<String, Object> options) {
        var value = generator(keys).generate(name, type, options, other -> Optional.ofNullable(made.get(other)));
        made.put(name, value);
        return value;
    }

    private Map<String, String> map(KeyType keys, String name, String type, Map<String, Object> options) {
        var map = new HashMap<String, String>();
        ((Map<?, ?>) make(keys, name, type, options))
                .forEach((key, value) -> map.put(String.valueOf(key), String.valueOf(value)));
        return map;
    }

    @Test
    void passwordsHaveTheKindsAndLengthThatAreAskedFor() {
        assertThat(make(KeyType.EC, "/p", "password", Map.of()).toString()).matches("[A-Za-z0-9]{30}");
        assertThat(make(KeyType.EC, "/p", "password", Map.of("length", 64, "exclude_upper", true))
                        .toString())
                .matches("[a-z0-9]{64}");
        assertThatThrownBy(() -> make(KeyType.EC, "/p", "password", Map.of("length", 2)))
                .hasMessageContaining("'/p'");
        assertThatThrownBy(() -> make(KeyType.EC, "/p", "password", Map.of("length", "many")))
                .hasMessageContaining("number");
    }

    @Test
    void chainsOfCertificatesVerify() throws Exception {
        for (var keys : KeyType.values()) {
            var root = map(keys, "/root", "certificate", Map.of("is_ca", true, "common_name", "root"));
            assertThat(root.get("ca")).isEqualTo(root.get("certificate"));
            var middle =
                    map(keys, "/middle", "certificate", Map.of("is_ca", true, "common_name", "middle", "ca", "/root"));
            var leaf = map(
                    keys,
                    "/leaf",
                    "certificate",
                    Map.of(
                            "common_name", "kubelet",
                            "organization", "system:nodes",
                            "ca", "/middle",
                            "alternative_names", List.of("10.0.0.1", "*.example"),
                            "extended_key_usage", List.of("server_auth", "client_auth"),
                            "duration", 30,
                            "unknown_option", "is ignored"));
            var certificates = List.of(root, middle, leaf).stream()
                    .map(value -> Pem.certificates(value.get("certificate")).getFirst())
                    .toList();
            certificates.get(1).verify(certificates.get(0).getPublicKey());
            certificates.get(2).verify(certificates.get(1).getPublicKey());
            assertThat(leaf.get("ca")).isEqualTo(middle.get("certificate"));
            assertThat(certificates.get(2).getSubjectX500Principal().getName()).isEqualTo("CN=kubelet,O=system:nodes");
            assertThat(certificates.get(2).getNotAfter().toInstant()).isEqualTo("2026-12-01T12:00:00Z");
            assertThat(certificates.get(2).getPublicKey().getAlgorithm()).isEqualTo(keys == KeyType.EC ? "EC" : "RSA");

            var signature = Signature.getInstance(keys == KeyType.EC ? "SHA256withECDSA" : "SHA256withRSA");
            signature.initSign(Pem.privateKey(leaf.get("private_key")));
            signature.update(new byte[1]);
            var signed = signature.sign();
            signature.initVerify(certificates.get(2));
            signature.update(new byte[1]);
            assertThat(signature.verify(signed)).isTrue();
        }
    }

    @Test
    void aCertificateWithoutAuthoritySignsItself() throws Exception {
        var value = map(KeyType.EC, "/self", "certificate", Map.of("common_name", "self"));
        var certificate = Pem.certificates(value.get("certificate")).getFirst();
        certificate.verify(certificate.getPublicKey());
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void refusesWhatCannotSign() {
        map(KeyType.EC, "/leaf", "certificate", Map.of("common_name", "leaf"));
        make(KeyType.EC, "/word", "password", Map.of());
        var options = new HashMap<String, Object>(Map.of("common_name", "x"));
        for (var authority : List.of("/leaf", "/word", "/absent")) {
            options.put("ca", authority);
            assertThatThrownBy(() -> make(KeyType.EC, "/x", "certificate", options))
                    .hasMessageContaining("'" + authority + "'");
        }
        assertThatThrownBy(() ->
                        make(KeyType.EC, "/x", "certificate", Map.of("common_name", "x", "key_usage", List.of("fly"))))
                .hasMessageContaining("'fly'");
        assertThatThrownBy(() -> make(KeyType.EC, "/x", "certificate", Map.of()))
                .hasMessageContaining("common_name");
        assertThatThrownBy(() -> make(KeyType.EC, "/x", "dream", Map.of())).hasMessageContaining("'dream'");
    }

    @Test
    void keysHaveTheFormsThatProgramsRead() {
        var rsa = map(KeyType.EC, "/rsa", "rsa", Map.of());
        assertThat(rsa.get("private_key")).startsWith("-----BEGIN RSA PRIVATE KEY-----");
        assertThat(rsa.get("public_key")).startsWith("-----BEGIN PUBLIC KEY-----");
        assertThat(Pem.privateKey(rsa.get("private_key")).getAlgorithm()).isEqualTo("RSA");
        var ssh = map(KeyType.EC, "/ssh", "ssh", Map.of());
        assertThat(ssh.get("public_key")).startsWith("ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB");
        assertThat(ssh.get("public_key_fingerprint")).hasSize(43);
        var certificate = map(KeyType.EC, "/long", "certificate", Map.of("common_name", "x", "key_length", 3072));
        var key = (RSAPublicKey)
                Pem.certificates(certificate.get("certificate")).getFirst().getPublicKey();
        assertThat(key.getModulus().bitLength()).isEqualTo(3072);
    }

    @Test
    void usersHaveAHashOfTheirPassword() {
        var user = map(KeyType.EC, "/u", "user", Map.of("username", "admin"));
        assertThat(user.get("username")).isEqualTo("admin");
        assertThat(Sha512Crypt.matches(user.get("password"), user.get("password_hash")))
                .isTrue();
        assertThat(Sha512Crypt.matches("other", user.get("password_hash"))).isFalse();
        // What `openssl passwd -6` says.
        assertThat(Sha512Crypt.hash("Hello world!", "saltstring"))
                .isEqualTo(
                        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1");
    }
}
