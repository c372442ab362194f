package org.openpks.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openpks.kernel.Fault;

/// The block `uaa` of the settings, as properties of UAA. UAA itself refuses names that it does not know.
final class UaaOptions {

    private static final String PREFIX = "openpks.uaa";
    private static final String FILE = "-file";

    /// What the launcher alone says.
    private static final Set<String> OURS =
            Set.of("url", "encryption-key", "admin-user", "admin-password", "admin-client-secret", "clients");

    /// What must not stand in the settings file itself.
    private static final Set<String> SECRETS = Set.of("bind-password", "client-secret");

    private UaaOptions() {}

    static Map<String, Object> properties(Map<String, Object> block) {
        var properties = new LinkedHashMap<String, Object>();
        block.forEach((name, value) -> {
            var key = name.replace('_', '-');
            if (OURS.contains(key)) {
                throw new Fault(ServerFault.BAD_SETTINGS, "The setting 'uaa.%s' cannot be changed.".formatted(name));
            }
            add(properties, PREFIX, key, value);
        });
        return properties;
    }

    private static void add(Map<String, Object> properties, String path, String key, @Nullable Object value) {
        switch (value) {
            case Map<?, ?> map ->
                map.forEach((name, inner) ->
                        add(properties, path + "." + key, String.valueOf(name).replace('_', '-'), inner));
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    add(properties, path, key + "[" + i + "]", list.get(i));
                }
            }
            case null -> {}
            default -> {
                if (SECRETS.contains(key)) {
                    throw new Fault(
                            ServerFault.BAD_SETTINGS,
                            "The settings file holds no secrets: give %s_file, the name of a file of mode 0600 that holds it."
                                    .formatted(key.replace('-', '_')));
                }
                if (key.endsWith(FILE)) {
                    properties.put(
                            path + "." + key.substring(0, key.length() - FILE.length()),
                            content(String.valueOf(value)));
                } else {
                    properties.put(path + "." + key, value);
                }
            }
        }
    }

    private static String content(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new Fault(
                    ServerFault.BAD_SETTINGS, "The file %s in the settings of UAA cannot be read.".formatted(file));
        }
    }
}
