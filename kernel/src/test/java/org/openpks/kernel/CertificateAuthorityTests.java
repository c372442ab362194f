package org.openpks.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CertificateAuthorityTests {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-01T12:00:00Z"));

    static List<KeyPair> keyPairs() {
        return List.of(CertificateAuthority.rsa(2048), CertificateAuthority.ec());
    }

    @ParameterizedTest
    @MethodSource("keyPairs")
    void signsLeavesThatTheAuthorityVerifies(KeyPair pair) throws Exception {
        var authority = CertificateAuthority.create("test-ca", pair, Duration.ofDays(10), CLOCK);
        var issued = authority.issue(leaf(), pair);

        issued.certificate().verify(authority.certificate().getPublicKey());
        assertThat(authority.certificate().getBasicConstraints()).isGreaterThanOrEqualTo(0);
        assertThat(issued.certificate().getBasicConstraints()).isEqualTo(-1);
    }

    @ParameterizedTest
    @MethodSource("keyPairs")
    void survivesTheWayThroughPem(KeyPair pair) throws Exception {
        var authority = CertificateAuthority.create("test-ca", pair, Duration.ofDays(10), CLOCK);
        var read = CertificateAuthority.of(authority.certificatePem(), Pem.encode(authority.key()), CLOCK);
        X509Certificate leaf = read.issue(leaf(), pair).certificate();

        leaf.verify(authority.certificate().getPublicKey());
        assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=node,O=system:nodes");
        assertThat(leaf.getSubjectAlternativeNames())
                .extracting(item -> (Object) item.get(1))
                .containsExactly("a.example", "10.0.0.1");
        assertThat(leaf.getNotBefore().toInstant()).isEqualTo("2026-11-01T11:00:00Z");
    }

    private static CertificateAuthority.Leaf leaf() {
        return new CertificateAuthority.Leaf(
                "node", List.of("system:nodes"), List.of("a.example", "10.0.0.1"), true, true, Duration.ofDays(1));
    }

    @Test
    void signsIntermediatesWithTheUsagesOfTheirProfile() throws Exception {
        var pair = CertificateAuthority.ec();
        var root = CertificateAuthority.create("root", pair, Duration.ofDays(10), CLOCK);
        var profile = new CertificateAuthority.Profile(
                "",
                List.of("team"),
                List.of("*.example"),
                true,
                List.of(CertificateAuthority.Usage.of("key_cert_sign").orElseThrow()),
                List.of(CertificateAuthority.Purpose.of("client_auth").orElseThrow()),
                Duration.ofDays(5));
        var issued = root.issue(profile, CertificateAuthority.ec()).certificate();

        issued.verify(pair.getPublic());
        assertThat(issued.getBasicConstraints()).isGreaterThanOrEqualTo(0);
        assertThat(issued.getSubjectX500Principal().getName()).isEqualTo("O=team");
        assertThat(issued.getKeyUsage()[5]).isTrue();
        assertThat(issued.getKeyUsage()[0]).isFalse();
        assertThat(issued.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    }
}
