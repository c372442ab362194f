package org.openpks.cli.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A server's key and its self-signed certificate, made by the JDK's keytool once per test run.
public final class Keys {
    private static final String PASSWORD = "for-tests-only";

    /// Made out to localhost and 127.0.0.1.
    public static final Keys LOCALHOST = make("san=dns:localhost,ip:127.0.0.1", "RSA", "-keysize", "2048");

    /// The same on an elliptic curve, as clusters have it.
    public static final Keys LOCALHOST_ON_CURVE =
            make("san=dns:localhost,ip:127.0.0.1", "EC", "-groupname", "secp256r1");

    /// Made out to another host.
    public static final Keys ELSEWHERE = make("san=dns:pks.example.com", "RSA", "-keysize", "2048");

    private final KeyStore store;

    private Keys(KeyStore store) {
        this.store = store;
    }

    private static Keys make(String names, String algorithm, String sizeFlag, String size) {
        try {
            var file = Files.createTempDirectory("pks-keys").resolve("keys.p12");
            var process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "server",
                            "-keyalg",
                            algorithm,
                            sizeFlag,
                            size,
                            "-dname",
                            "CN=test",
                            "-ext",
                            names,
                            "-validity",
                            "2",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            PASSWORD,
                            "-keystore",
                            file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool failed");
            }
            var keys = new Keys(KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray()));
            Files.delete(file);
            Files.delete(Objects.requireNonNull(file.getParent()));
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// These keys, and others for clients that cannot check their signatures.
    public Keys or(Keys others) {
        try {
            var both = KeyStore.getInstance("PKCS12");
            both.load(null, null);
            both.setEntry("server", entry(), protection());
            both.setEntry("others", others.entry(), protection());
            return new Keys(both);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private KeyStore.Entry entry() throws GeneralSecurityException {
        return store.getEntry("server", protection());
    }

    private static KeyStore.PasswordProtection protection() {
        return new KeyStore.PasswordProtection(PASSWORD.toCharArray());
    }

    /// The certificate in PEM.
    public String pem() {
        try {
            Certificate certificate = store.getCertificate("server");
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    SSLContext tls() {
        try {
            var managers = KeyManagerFactory.getInstance("PKIX");
            managers.init(store, PASSWORD.toCharArray());
            var context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
