package org.openpks.cli.session;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.file.LockFile;
import org.openpks.cli.file.PrivateFile;
import org.openpks.cli.terminal.Text;
import org.openpks.cli.yaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;

/// `creds.yml`: the session between two commands. It can be copied to another machine.
public final class SessionFile {
    private static final long MOST_BYTES = 1024 * 1024;

    private final Path folder;
    private final PrivateFile file;
    private final LockFile lock;

    /// @param variables `PKS_HOME` names the folder
    /// @param home the user's home; the folder is `.pks` in it when `PKS_HOME` is not set
    public SessionFile(Map<String, String> variables, Path home) {
        this.folder = Optional.ofNullable(variables.get("PKS_HOME"))
                .filter(name -> !name.isBlank())
                .map(Path::of)
                .orElseGet(() -> home.resolve(".pks"));
        this.file = new PrivateFile(folder.resolve("creds.yml"));
        this.lock = new LockFile(folder.resolve("lock"));
    }

    /// Where the session and all that belongs to it is kept.
    public Path folder() {
        return folder;
    }

    /// The file itself.
    public Path path() {
        return file.path();
    }

    /// The session, or nothing when nobody is logged in.
    public Optional<Session> read() {
        if (file.size() > MOST_BYTES) {
            throw broken("it is larger than 1 MiB");
        }
        var text = file.read();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(session(Yaml.parse(text.get())));
        } catch (Failure e) {
            throw broken(String.valueOf(e.getMessage()));
        } catch (Yaml.Malformed e) {
            throw broken(Text.line(String.valueOf(e.getMessage())));
        }
    }

    public void write(Session session) {
        var root = Yaml.mapping();
        put(root, "api", session.api().uri().toString());
        if (!session.uaa().equals(session.api().usualUaa())) {
            put(root, "uaa", session.uaa().toString());
        }
        put(root, "username", session.username());
        put(root, "access_token", session.tokens().access());
        session.tokens().refresh().ifPresent(token -> put(root, "refresh_token", token));
        TrustKeys.put(root, session.trust());
        file.write(Yaml.print(root));
    }

    /// Does something while no other command renews the session.
    <T> T alone(Supplier<T> work) {
        return lock.alone(work);
    }

    public void delete() {
        file.delete();
        lock.delete();
    }

    private Session session(MappingNode root) {
        var api = value(root, "api").map(ApiAddress::parse).orElseThrow(() -> new Failure("the key api is missing"));
        var access = value(root, "access_token").orElseThrow(() -> new Failure("the key access_token is missing"));
        URI uaa = value(root, "uaa").map(ApiAddress::parseUaa).orElseGet(api::usualUaa);
        return new Session(
                api,
                uaa,
                TrustKeys.get(root),
                value(root, "username").orElse(""),
                new Tokens(access, value(root, "refresh_token")));
    }

    private Failure broken(String why) {
        return new Failure(
                "The session file %s is broken (%s). Run 'pks login' to write it anew.".formatted(file.path(), why));
    }

    private static Optional<String> value(MappingNode root, String key) {
        return Yaml.text(root, key).filter(text -> !text.isBlank());
    }

    private static void put(MappingNode root, String key, String value) {
        Yaml.put(root, key, Yaml.string(value));
    }
}
