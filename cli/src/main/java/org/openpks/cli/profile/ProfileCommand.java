package org.openpks.cli.profile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.openpks.cli.api.Profiles.Kind;
import org.openpks.cli.api.Timestamp;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.NameConverter;
import org.openpks.cli.command.OutputFlags;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.command.Times;
import org.openpks.cli.json.Json;
import org.openpks.cli.json.MalformedJson;
import org.openpks.cli.terminal.Details;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "profile", description = "Contents of files that a profile brings are secret and not shown.")
final class ProfileCommand extends PksCommand {
    private final Kind kind;

    @Parameters(paramLabel = "<profile-name>", converter = NameConverter.class)
    String name = "";

    @Mixin
    OutputFlags output = new OutputFlags();

    ProfileCommand(Kind kind) {
        this.kind = kind;
    }

    @Override
    public void run(Context context) {
        var answer = context.api().profiles(kind).get(name);
        output.print(context, answer, () -> kind == Kind.KUBERNETES ? owned(answer, context) : plain(answer));
    }

    private static List<String> plain(Json profile) {
        var lines = new ArrayList<>(new Details()
                .add("Name", profile.text("name"))
                .add("Description", profile.text("description"))
                .lines());
        values(lines, parameters(profile.at("parameters")));
        return lines;
    }

    private static List<String> owned(Json profile, Context context) {
        var lines = new ArrayList<>(new Details()
                .add("Name", profile.text("name"))
                .add("Owner", profile.text("owner"))
                .add("Created Date", Times.text(Timestamp.of(profile, "created_at"), context.zone()))
                .add("Description", profile.text("description"))
                .lines());
        customizations(lines, "Customizations", profile.at("customizations"));
        customizations(lines, "Experimental customizations", profile.at("experimental_customizations"));
        return lines;
    }

    private static void customizations(List<String> lines, String title, Json customizations) {
        for (var customization : customizations.items()) {
            lines.add("");
            lines.add("%s of %s:".formatted(title, Text.line(customization.text("component"))));
            values(lines, customization.at("arguments"));
            customization
                    .at("file-arguments")
                    .fields()
                    .keySet()
                    .forEach(flag -> lines.add("%s : (the content of a file)".formatted(Text.line(flag))));
        }
    }

    private static void values(List<String> lines, Json values) {
        values.fields()
                .forEach((key, value) -> lines.add("%s : %s"
                        .formatted(Text.line(key), Text.line(value.isString() ? value.text() : value.toString()))));
    }

    /// The API keeps the parameters of network profiles as text.
    private static Json parameters(Json parameters) {
        try {
            return parameters.isString() ? Json.parse(parameters.text().getBytes(StandardCharsets.UTF_8)) : parameters;
        } catch (MalformedJson e) {
            return Json.NULL;
        }
    }
}
