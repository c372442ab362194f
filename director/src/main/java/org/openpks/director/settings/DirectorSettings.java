package org.openpks.director.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The director's settings, under `director.` in the configuration.
///
/// @param name the director's name; variables of deployment D are stored as `/NAME/D/...`
/// @param home the directory for task logs, unpacked releases, blobs and uploads that are under way
/// @param users passwords by client name, for HTTP basic authentication; none when there is a UAA
/// @param uaa whose access tokens count instead
/// @param encryptionKeyFile 32 random bytes in base64, mode 0600; made at the first start. The default is
///     `encryption.key` in the home
/// @param maxTasks how many tasks run at a time
/// @param keptTasks how many ended tasks of each type are kept, with their logs
/// @param taskLease after how long without a sign of life another director may take over a director's tasks
/// @param certificateKeyType the kind of keys for generated certificates
/// @param keyPool how many RSA keys are kept ready
/// @param credhubPort where the CredHub API listens; 0 takes a free port, absent means not at all
/// @param credhubUrl how `/info` names the CredHub API; absent means that it is not named
/// @param resurrectEvery how often machines that died are looked for; zero = never
/// @param cpi the CPI's name as `/info` shows it
@ConfigurationProperties(prefix = "director")
public record DirectorSettings(
        @DefaultValue("openpks") String name,
        Path home,
        @DefaultValue Map<String, String> users,
        @Nullable Uaa uaa,
        @Nullable Path encryptionKeyFile,
        @DefaultValue("16") int maxTasks,
        @DefaultValue("2000") int keptTasks,
        @DefaultValue("30s") Duration taskLease,
        @DefaultValue("ec") KeyType certificateKeyType,
        @DefaultValue("12") int keyPool,
        @Nullable Integer credhubPort,
        @Nullable String credhubUrl,
        @DefaultValue("5s") Duration resurrectEvery,
        @DefaultValue("container_cpi") String cpi) {

    /// A UAA whose tokens the Director and CredHub accept.
    /// @param url where clients find it, as `/info` tells them; its tokens' issuer is this and `/oauth/token`
    /// @param tokenKeys where its keys are read
    /// @param caFile PEM of the authority that signed its certificate
    public record Uaa(URI url, URI tokenKeys, Path caFile) {
        public String issuer() {
            return url + "/oauth/token";
        }
    }

    /// The kind of a certificate's key.
    public enum KeyType {
        RSA,
        EC
    }

    public DirectorSettings {
        if (!name.matches("[-0-9A-Za-z_]+")) {
            throw new IllegalArgumentException("director.name is made of letters, digits, - and _, not " + name);
        }
        if (maxTasks < 1 || maxTasks > 256) {
            throw new IllegalArgumentException("director.max-tasks is 1 to 256, not " + maxTasks);
        }
        if (keptTasks < 1) {
            throw new IllegalArgumentException("director.kept-tasks is at least 1, not " + keptTasks);
        }
        if (taskLease.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("director.task-lease is at least one second, not " + taskLease);
        }
        if (keyPool < 0 || keyPool > 1000) {
            throw new IllegalArgumentException("director.key-pool is 0 to 1000, not " + keyPool);
        }
        users = Map.copyOf(users);
        if (users.isEmpty() == (uaa == null) || users.values().stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "there are either director.users, each with a password, or director.uaa");
        }
    }

    public Path keyFile() {
        return encryptionKeyFile == null ? home.resolve("encryption.key") : encryptionKeyFile;
    }

    /// What the names of all variables of a deployment start with.
    public String variablePrefix(String deployment) {
        return "/" + name + "/" + deployment + "/";
    }
}
