package org.openpks.uaa.key;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.List;
import org.openpks.kernel.CertificateAuthority;
import org.openpks.kernel.Pem;
import org.openpks.kernel.Sealer;
import org.openpks.uaa.UaaSettings;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// The RSA keys of the token signatures. They lie sealed in the database, so several processes sign alike; the
/// first process makes the first key.
@Component
public class SigningKeys {

    private static final String FIRST_KEY = "key-1";

    private final JdbcClient jdbc;
    private final Sealer sealer;
    private final InstantSource clock;
    private volatile List<RSAKey> keys = List.of();

    SigningKeys(JdbcClient jdbc, UaaSettings settings, InstantSource clock) {
        this.jdbc = jdbc;
        this.sealer = new Sealer(settings.encryptionKey());
        this.clock = clock;
    }

    /// The key that signs, first; then those that still verify.
    public List<RSAKey> all() {
        if (keys.isEmpty()) {
            load();
        }
        return keys;
    }

    public RSAKey active() {
        return all().getFirst();
    }

    public JWKSet jwkSet() {
        return new JWKSet(List.copyOf(all()));
    }

    @Transactional
    synchronized void load() {
        if (!keys.isEmpty()) {
            return;
        }
        if (stored().isEmpty()) {
            jdbc.sql(
                            "insert ignore into signing_key (kid, private_key_sealed, active, created_at) values (:kid, :key, true, :now)")
                    .param("kid", FIRST_KEY)
                    .param(
                            "key",
                            sealer.seal(
                                    Pem.encode(CertificateAuthority.rsa(2048).getPrivate()), FIRST_KEY))
                    .param("now", Timestamp.from(clock.instant()))
                    .update();
        }
        keys = stored();
    }

    private List<RSAKey> stored() {
        return jdbc.sql("select kid, private_key_sealed from signing_key order by active desc, created_at desc")
                .query((row, number) -> key(row.getString(1), sealer.open(row.getString(2), row.getString(1))))
                .list();
    }

    private static RSAKey key(String kid, String pem) {
        var privateKey = (RSAPrivateCrtKey) Pem.privateKey(pem);
        try {
            var publicKey = (RSAPublicKey) KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(privateKey.getModulus(), privateKey.getPublicExponent()));
            return new RSAKey.Builder(publicKey)
                    .privateKey(privateKey)
                    .keyID(kid)
                    .keyUse(com.nimbusds.jose.jwk.KeyUse.SIGNATURE)
                    .algorithm(com.nimbusds.jose.JWSAlgorithm.RS256)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no RSA", e);
        }
    }
}
