package org.openpks.uaa.key;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.openpks.kernel.CertificateAuthority;
import org.openpks.kernel.Pem;
import org.openpks.kernel.Sealer;
import org.openpks.uaa.UaaSettings;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// The RSA keys of the token signatures. They lie sealed in the database, so several processes sign alike.
///
/// `openpks.uaa.active-key-id` names the key that signs; a name that is not there yet makes a new key. The keys
/// before it go on verifying until they are named in `openpks.uaa.retired-key-ids`. Other processes see a new
/// key after [#FRESH], or as soon as a token names it.
@Component
@Order(0)
public class SigningKeys implements ApplicationRunner {

    private static final Duration FRESH = Duration.ofSeconds(30);
    private static final Duration LEAST_PAUSE = Duration.ofSeconds(1);

    private final JdbcClient jdbc;
    private final UaaSettings settings;
    private final Sealer sealer;
    private final InstantSource clock;
    private volatile Loaded loaded = new Loaded(List.of(), Instant.EPOCH);

    SigningKeys(JdbcClient jdbc, UaaSettings settings, InstantSource clock) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.sealer = new Sealer(settings.encryptionKey());
        this.clock = clock;
    }

    /// One key, ready for use.
    public record Key(RSAKey jwk, RSASSASigner signer, RSASSAVerifier verifier) {
        public String id() {
            return jwk.getKeyID();
        }
    }

    private record Loaded(List<Key> keys, Instant at) {}

    /// Makes the active key if it is not there, and forgets the retired ones.
    @Override
    @Transactional
    public void run(ApplicationArguments arguments) {
        var active = settings.activeKeyId();
        if (settings.retiredKeyIds().contains(active)) {
            throw new IllegalArgumentException("openpks.uaa.active-key-id " + active + " is also retired");
        }
        if (jdbc.sql("select count(*) from signing_key where kid = :kid")
                        .param("kid", active)
                        .query(Integer.class)
                        .single()
                == 0) {
            var pem = Pem.encode(CertificateAuthority.rsa(2048).getPrivate());
            jdbc.sql("""
                            insert ignore into signing_key (kid, private_key_sealed, active, created_at)
                            values (:kid, :key, true, :now)
                            """)
                    .param("kid", active)
                    .param("key", sealer.seal(pem, active))
                    .param("now", Timestamp.from(clock.instant()))
                    .update();
        }
        jdbc.sql("update signing_key set active = (kid = :active)")
                .param("active", active)
                .update();
        settings.retiredKeyIds().forEach(kid -> jdbc.sql("delete from signing_key where kid = :kid")
                .param("kid", kid)
                .update());
    }

    /// The key that signs, first; then those that still verify.
    public List<Key> all() {
        var seen = loaded;
        return clock.instant().isBefore(seen.at().plus(FRESH)) ? seen.keys() : newerThan(seen, FRESH);
    }

    public Key active() {
        return all().getFirst();
    }

    /// A key that verifies. A name that is not known makes the database be asked again, at most once a second.
    public Optional<Key> find(String kid) {
        var seen = loaded;
        return find(all(), kid).or(() -> find(newerThan(seen, LEAST_PAUSE), kid));
    }

    public JWKSet jwkSet() {
        return new JWKSet(all().stream().<JWK>map(Key::jwk).toList());
    }

    private static Optional<Key> find(List<Key> keys, String kid) {
        return keys.stream().filter(key -> key.id().equals(kid)).findFirst();
    }

    private synchronized List<Key> newerThan(Loaded seen, Duration pause) {
        if (loaded == seen && !clock.instant().isBefore(seen.at().plus(pause))) {
            loaded = new Loaded(stored(), clock.instant());
        }
        return loaded.keys();
    }

    private List<Key> stored() {
        return jdbc.sql("select kid, private_key_sealed from signing_key order by active desc, created_at desc")
                .query((row, number) -> key(row.getString(1), sealer.open(row.getString(2), row.getString(1))))
                .list();
    }

    private static Key key(String kid, String pem) {
        var privateKey = (RSAPrivateCrtKey) Pem.privateKey(pem);
        try {
            var publicKey = (RSAPublicKey) KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(privateKey.getModulus(), privateKey.getPublicExponent()));
            var jwk = new RSAKey.Builder(publicKey)
                    .privateKey(privateKey)
                    .keyID(kid)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .build();
            return new Key(jwk, new RSASSASigner(jwk), new RSASSAVerifier(jwk));
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException("the JDK has no RSA", e);
        }
    }
}
