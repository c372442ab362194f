package org.openpks.cli.session;

import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.file.LockFile;
import org.openpks.cli.file.PrivateFile;
import org.openpks.cli.yaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;

/// What `pks exec-credential` keeps between two calls of kubectl: one file for each cluster, mode 0600, with tokens
/// that end soon.
public final class CredentialFiles {
    private final Path folder;

    public CredentialFiles(Path home) {
        this.folder = home.resolve("credentials");
    }

    /// What is kept for a cluster. A file that cannot be understood is as good as none.
    /// @param cluster a name that a path can carry
    public Optional<KubernetesCredential> read(ApiAddress api, String cluster) {
        return file(api, cluster).read().flatMap(CredentialFiles::parse);
    }

    public void write(ApiAddress api, String cluster, KubernetesCredential credential) {
        var root = Yaml.mapping();
        switch (credential) {
            case KubernetesCredential.Login login -> {
                put(root, "uaa", login.uaa().toString());
                put(root, "client", login.client());
                put(root, "refresh_token", login.refresh());
                TrustKeys.put(root, login.trust());
            }
            case KubernetesCredential.Account account -> {
                put(root, "identity", account.identity());
                put(root, "server", account.server().toString());
                TrustKeys.put(root, account.trust());
            }
        }
        put(root, "token", credential.token());
        put(root, "ends", credential.ends().toString());
        file(api, cluster).write(Yaml.print(root));
    }

    /// Does something while no other process does it: a refresh token may work only once.
    public <T> T alone(Supplier<T> work) {
        return new LockFile(folder.resolve("lock")).alone(work);
    }

    /// Forgets everything.
    public void deleteAll() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                new PrivateFile(file).delete();
            }
            Files.delete(folder);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw new Failure("The folder %s cannot be removed: %s.".formatted(folder, PrivateFile.reason(e)), e);
        }
    }

    private PrivateFile file(ApiAddress api, String cluster) {
        return new PrivateFile(folder.resolve(name(api, cluster) + ".yml"));
    }

    private static String name(ApiAddress api, String cluster) {
        return "%s@%s".formatted(cluster, api.uri().getRawAuthority().replace(':', '-'));
    }

    private static Optional<KubernetesCredential> parse(String text) {
        try {
            var root = Yaml.parse(text);
            var token = value(root, "token");
            var ends = Instant.parse(value(root, "ends"));
            var trust = TrustKeys.get(root);
            return Optional.of(
                    Yaml.text(root, "identity").isPresent()
                            ? new KubernetesCredential.Account(
                                    value(root, "identity"), URI.create(value(root, "server")), trust, token, ends)
                            : new KubernetesCredential.Login(
                                    URI.create(value(root, "uaa")),
                                    trust,
                                    value(root, "client"),
                                    token,
                                    ends,
                                    value(root, "refresh_token")));
        } catch (Yaml.Malformed | DateTimeException | IllegalArgumentException | Failure e) {
            return Optional.empty();
        }
    }

    private static String value(MappingNode root, String key) {
        return Yaml.text(root, key).orElseThrow(() -> new IllegalArgumentException(key));
    }

    private static void put(MappingNode root, String key, String value) {
        Yaml.put(root, key, Yaml.string(value));
    }
}
