package org.openpks.cli.profile;

import java.util.List;
import org.openpks.cli.api.Profiles.Kind;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.NameConverter;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "create-profile")
final class CreateProfileCommand extends PksCommand {
    private final Kind kind;

    @Parameters(paramLabel = "<json-path>", converter = NameConverter.class)
    String path = "";

    CreateProfileCommand(Kind kind) {
        this.kind = kind;
    }

    @Override
    public List<String> about() {
        return switch (kind) {
            case NETWORK ->
                List.of(
                        "The file holds the profile as JSON, with the parameters of NSX-T:",
                        "",
                        "  {\"name\": \"my-profile\", \"description\": \"...\", \"parameters\": {\"lb_size\": \"medium\"}}",
                        "",
                        "Clusters can use it where the installation has NSX-T.");
            case KUBERNETES ->
                List.of(
                        "The file holds the profile as JSON. Values are texts, lists are joined by commas. The file arguments name",
                        "files of this machine, whose contents are sent and kept secret:",
                        "",
                        "  {\"name\": \"my-profile\", \"description\": \"...\",",
                        "   \"customizations\": [{\"component\": \"kube-apiserver\",",
                        "     \"arguments\": {\"service-node-port-range\": \"30000-40000\"},",
                        "     \"file-arguments\": {\"encryption-provider-config\": \"/path/encryption.yml\"}}],",
                        "   \"experimental_customizations\": []}",
                        "",
                        "Customizations are checked; experimental ones are not.");
            case COMPUTE ->
                List.of(
                        "The file holds the profile as JSON. What it leaves out comes from the plan:",
                        "",
                        "  {\"name\": \"my-profile\", \"description\": \"...\", \"parameters\": {\"cluster_customization\": {",
                        "     \"control_plane\": {\"instances\": 3},",
                        "     \"node_pools\": [{\"name\": \"large\", \"cpu\": 4, \"memory_in_mb\": 8192,",
                        "       \"ephemeral_disk_in_mb\": 16384, \"instances\": 2, \"node_labels\": \"size=large\"}]}}}");
        };
    }

    @Override
    public void run(Context context) {
        var profile = ProfileFile.read(kind, path);
        context.api().profiles(kind).create(profile);
        context.terminal()
                .print("%s profile %s successfully created".formatted(kind.title(), Text.line(profile.text("name"))));
    }
}
