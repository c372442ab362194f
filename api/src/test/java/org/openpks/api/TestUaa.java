package org.openpks.api;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.openpks.kernel.CertificateAuthority;

/// A token server: one signing key, served as a key set over TLS, and tokens as UAA writes them.
final class TestUaa implements AutoCloseable {

    private static final CertificateAuthority CA = CertificateAuthority.create(
            "test-ca", CertificateAuthority.rsa(2048), Duration.ofDays(1), InstantSource.system());

    private final HttpsServer server;
    private final Path caFile;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile KeyPair keys = CertificateAuthority.rsa(2048);
    private volatile String keyId = "key-1";
    private volatile boolean silent;

    TestUaa() {
        try {
            caFile = Files.createTempFile("test-ca", ".pem");
            Files.writeString(caFile, CA.certificatePem());
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/token_keys", exchange -> {
            try (exchange) {
                fetches.incrementAndGet();
                if (silent) {
                    exchange.sendResponseHeaders(503, -1);
                    return;
                }
                var key = new RSAKey.Builder((RSAPublicKey) keys.getPublic())
                        .keyID(keyId)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.RS256)
                        .build();
                var body = new JWKSet(key).toString().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    URI url() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    Path caFile() {
        return caFile;
    }

    int fetches() {
        return fetches.get();
    }

    void silent(boolean now) {
        silent = now;
    }

    void rotate(String nextId) {
        keys = CertificateAuthority.rsa(2048);
        keyId = nextId;
    }

    /// The usual token of a user.
    String token(String user, String... scopes) {
        return signed(claims(user, scopes), UnaryOperator.identity());
    }

    /// The usual token of a client that acts for itself.
    String clientToken(String client, String... scopes) {
        return signed(
                base(scopes).subject(client).claim("client_id", client).claim("grant_type", "client_credentials"),
                UnaryOperator.identity());
    }

    JWTClaimsSet.Builder claims(String user, String... scopes) {
        return base(scopes)
                .subject(UUID.randomUUID().toString())
                .claim("client_id", "pks_cli")
                .claim("grant_type", "password")
                .claim("origin", "uaa")
                .claim("user_name", user);
    }

    private JWTClaimsSet.Builder base(String... scopes) {
        var now = Instant.now();
        return new JWTClaimsSet.Builder()
                .jwtID(UUID.randomUUID().toString().replace("-", ""))
                .issuer(url() + "/oauth/token")
                .claim("scope", List.of(scopes))
                .audience(List.of("pks_cli", "pks.clusters"))
                .claim("zid", "uaa")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(600)));
    }

    String signed(JWTClaimsSet.Builder claims, UnaryOperator<JWSHeader.Builder> header) {
        try {
            var jwt = new SignedJWT(
                    header.apply(new JWSHeader.Builder(JWSAlgorithm.RS256)
                                    .keyID(keyId)
                                    .type(JOSEObjectType.JWT))
                            .build(),
                    claims.build());
            jwt.sign(new RSASSASigner(keys.getPrivate()));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String unsigned(JWTClaimsSet.Builder claims) {
        return new PlainJWT(claims.build()).serialize();
    }

    /// Signed with the public key as if it were a shared secret.
    String confused(JWTClaimsSet.Builder claims) {
        try {
            var jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(keyId).build(), claims.build());
            jwt.sign(new MACSigner(keys.getPublic().getEncoded()));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static SSLContext context() {
        try {
            var issued = CA.issue(
                    new CertificateAuthority.Leaf(
                            "uaa", List.of(), List.of("127.0.0.1", "localhost"), true, false, Duration.ofDays(1)),
                    CertificateAuthority.rsa(2048));
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "uaa", issued.key(), new char[0], new java.security.cert.Certificate[] {issued.certificate()});
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, new char[0]);
            var context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
