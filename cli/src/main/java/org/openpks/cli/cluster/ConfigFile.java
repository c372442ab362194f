package org.openpks.cli.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.openpks.cli.api.DrainSetting;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.file.InputFile;
import org.openpks.cli.json.Json;
import org.openpks.cli.json.MalformedJson;
import org.openpks.cli.terminal.Text;
import org.openpks.cli.yaml.Yaml;

/// Settings of a cluster that are too long for flags.
record ConfigFile(Optional<Json> insecureRegistries, Optional<Json> customCaCerts, Map<DrainSetting, String> drain) {

    static final ConfigFile NONE = new ConfigFile(Optional.empty(), Optional.empty(), Map.of());

    static ConfigFile read(String path) {
        var settings = parse(path, InputFile.read(path));
        var drain = new TreeMap<DrainSetting, String>();
        Optional<Json> registries = Optional.empty();
        Optional<Json> authorities = Optional.empty();
        for (var field : settings.fields().entrySet()) {
            switch (field.getKey()) {
                case "insecure_registries" -> registries = Optional.of(texts(path, field.getKey(), field.getValue()));
                case "custom_ca_certs" -> authorities = Optional.of(list(path, field.getKey(), field.getValue()));
                default -> drain.put(setting(path, field.getKey()), text(path, field.getKey(), field.getValue()));
            }
        }
        return new ConfigFile(registries, authorities, drain);
    }

    private static Json parse(String path, String text) {
        boolean isJson = text.stripLeading().startsWith("{");
        try {
            return isJson ? Json.parse(text.getBytes(StandardCharsets.UTF_8)) : Yaml.json(text);
        } catch (MalformedJson e) {
            throw new Failure("The file %s is not JSON: %s: %s"
                    .formatted(path, e.place(), Text.line(String.valueOf(e.getMessage()))));
        } catch (Yaml.Malformed e) {
            throw new Failure("The file %s is not YAML: %s".formatted(path, Text.line(String.valueOf(e.getMessage()))));
        }
    }

    private static Json list(String path, String field, Json value) {
        if (!value.isArray()) {
            throw new Failure("In the file %s %s must be a list.".formatted(path, field));
        }
        return value;
    }

    private static Json texts(String path, String field, Json value) {
        if (!list(path, field, value).items().stream().allMatch(Json::isString)) {
            throw new Failure("In the file %s %s must be a list of texts; put them in quotes.".formatted(path, field));
        }
        return value;
    }

    private static String text(String path, String field, Json value) {
        if (value.isObject() || value.isArray() || value.isNull()) {
            throw new Failure("In the file %s %s must be a text.".formatted(path, field));
        }
        return value.text();
    }

    private static DrainSetting setting(String path, String field) {
        for (var setting : DrainSetting.values()) {
            if (setting.field().equals(field)) {
                return setting;
            }
        }
        throw new Failure(
                "The file %s has the unknown setting %s. Known are insecure_registries, custom_ca_certs and the settings kubelet_drain_..."
                        .formatted(path, field));
    }
}
