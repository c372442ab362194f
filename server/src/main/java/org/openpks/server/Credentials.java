package org.openpks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.openpks.kernel.SecretFiles;
import org.openpks.kernel.Secrets;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// The installation's own passwords and keys, made at the first start and kept in one file of mode 0600.
/// @param encryptionKey AES-256, base64; what the director keeps secret is encrypted with it
record Credentials(
        String adminPassword,
        String uaaAdminSecret,
        String directorSecret,
        String brokerPassword,
        String databasePassword,
        String encryptionKey) {

    static final String ADMIN_USER = "admin";
    static final String UAA_ADMIN_CLIENT = "admin";
    static final String DIRECTOR_CLIENT = "admin";
    /// Of our UAA, when the Director that runs here uses it.
    static final String DIRECTOR_UAA_CLIENT = "bosh_admin";
    static final String BROKER_USER = "broker";
    static final String DATABASE_USER = "openpks";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    static Credentials loadOrCreate(Path file) {
        if (Files.exists(file)) {
            return load(file);
        }
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        var made = new Credentials(
                Secrets.password(30),
                Secrets.password(30),
                Secrets.password(30),
                Secrets.password(30),
                Secrets.password(30),
                Base64.getEncoder().encodeToString(key));
        SecretFiles.write(file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(made));
        return made;
    }

    static Credentials load(Path file) {
        try {
            return MAPPER.readValue(Files.readString(file), Credentials.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public String toString() {
        return "Credentials[hidden]";
    }
}
