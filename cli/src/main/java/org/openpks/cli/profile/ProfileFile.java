package org.openpks.cli.profile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openpks.cli.api.Profiles.Kind;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.file.InputFile;
import org.openpks.cli.json.Json;
import org.openpks.cli.json.MalformedJson;
import org.openpks.cli.terminal.Text;

/// A profile as people write it. What it means is the API's business; here it becomes what the API takes.
final class ProfileFile {
    private static final String FILES = "file-arguments";

    private ProfileFile() {}

    static Json read(Kind kind, String path) {
        var profile = parse(path);
        if (!profile.isObject()) {
            throw new Failure("The file %s holds no profile: it must be a JSON object.".formatted(path));
        }
        if (!profile.at("name").isString() || profile.text("name").isBlank()) {
            throw new Failure("The profile in %s has no name: give the field \"name\".".formatted(path));
        }
        return switch (kind) {
            case NETWORK -> withTextParameters(profile);
            case KUBERNETES -> withFiles(profile, path);
            case COMPUTE -> profile;
        };
    }

    private static Json parse(String path) {
        var text = InputFile.read(path);
        try {
            return Json.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJson e) {
            throw new Failure("The file %s is not JSON: %s: %s"
                    .formatted(path, e.place(), Text.line(String.valueOf(e.getMessage()))));
        }
    }

    /// The API takes the parameters of network profiles as text that holds JSON.
    private static Json withTextParameters(Json profile) {
        var parameters = profile.at("parameters");
        return parameters.isObject() ? profile.with("parameters", Json.string(parameters.toString())) : profile;
    }

    /// File arguments name files of this machine; the API takes what is in them.
    private static Json withFiles(Json profile, String path) {
        var filled = profile;
        for (var field : new String[] {"customizations", "experimental_customizations"}) {
            if (profile.at(field).isArray()) {
                var customizations = new ArrayList<Json>();
                for (var customization : profile.at(field).items()) {
                    customizations.add(
                            customization.at(FILES).isObject()
                                    ? customization.with(FILES, contents(customization.at(FILES), path))
                                    : customization);
                }
                filled = filled.with(field, Json.array(customizations));
            }
        }
        return filled;
    }

    private static Json contents(Json files, String path) {
        Map<String, Json> contents = new LinkedHashMap<>();
        files.fields().forEach((flag, file) -> {
            if (!file.isString() || file.text().isBlank()) {
                throw new Failure("The file argument %s in %s must be the path of a file.".formatted(flag, path));
            }
            contents.put(flag, Json.string(InputFile.read(file.text())));
        });
        return Json.object(contents);
    }
}
