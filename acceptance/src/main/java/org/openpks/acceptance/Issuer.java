package org.openpks.acceptance;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// A small OpenID Connect provider on the node network's gateway, and a plan whose clusters take its users.
final class Issuer implements AutoCloseable {

    static final String PLAN = "federated";
    static final String CLIENT = "acceptance";
    private static final JsonMapper JSON = new JsonMapper();

    private final SelfSigned keys;
    private final String address;
    private final int port;
    private volatile HttpsServer server;

    /// Makes the key and the certificate; serves nothing yet.
    Issuer(Path directory, String address, int port) {
        this.keys = SelfSigned.create(directory.resolve("issuer.p12"), "ip:" + address);
        this.address = address;
        this.port = port;
    }

    String url() {
        return "https://%s:%d/oauth/token".formatted(address, port);
    }

    /// The certificate of its authority, in PEM.
    String certificate() {
        return keys.pem();
    }

    /// The plan in the form of the broker's configuration, for the end of its list of plans.
    String plan() {
        return """
                  - plan_id: 6a1f0a52-6c3f-4c56-8b0e-7f3c5a0c2d11
                    name: %s
                    description: Clusters that take the users of an OpenID Connect provider
                    free: true
                    properties:
                      <<: *properties
                      oidc:
                        issuer_url: %s
                        client_id: %s
                        ca: %s
                    instance_groups:
                    - {name: master, instances: 1, vm_type: master-small, persistent_disk_type: "5120", networks: [default], azs: [az1]}
                    - {name: worker, instances: 1, vm_type: worker-small, networks: [default], azs: [az1]}
                    update: *update
                    lifecycle_errands: *errands
                """.formatted(PLAN, url(), CLIENT, JSON.writeValueAsString(keys.pem()));
    }

    void start() {
        try {
            server = HttpsServer.create(new InetSocketAddress(address, port), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(keys.context()));
            serve(
                    "/oauth/token/.well-known/openid-configuration",
                    Map.of("issuer", url(), "jwks_uri", url() + "/keys"));
            var key = (RSAPublicKey) keys.certificate().getPublicKey();
            serve(
                    "/oauth/token/keys",
                    Map.of(
                            "keys",
                            List.of(Map.of(
                                    "kty", "RSA",
                                    "alg", "RS256",
                                    "use", "sig",
                                    "kid", "one",
                                    "n", base64(unsigned(key.getModulus().toByteArray())),
                                    "e", base64(key.getPublicExponent().toByteArray())))));
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(String path, Object document) {
        var bytes = JSON.writeValueAsString(document).getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
    }

    /// An id token.
    String token(String user, List<String> roles, String audience, Instant expiry) {
        try {
            var header = JSON.writeValueAsString(Map.of("alg", "RS256", "kid", "one", "typ", "JWT"));
            var claims = JSON.writeValueAsString(Map.of(
                    "iss",
                    url(),
                    "sub",
                    "id-of-" + user,
                    "aud",
                    List.of(audience),
                    "user_name",
                    user,
                    "roles",
                    roles,
                    "iat",
                    expiry.minusSeconds(600).getEpochSecond(),
                    "exp",
                    expiry.getEpochSecond()));
            var text = base64(header.getBytes(StandardCharsets.UTF_8)) + "."
                    + base64(claims.getBytes(StandardCharsets.UTF_8));
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.key());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] unsigned(byte[] number) {
        return number[0] == 0 ? Arrays.copyOfRange(number, 1, number.length) : number;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop(0);
        }
    }
}
