package org.openpks.cli.line;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.openpks.cli.command.Entry;
import org.openpks.cli.command.PksCommand;
import picocli.CommandLine.Model.OptionSpec;

/// Help texts in the layout that Go's cobra gives them.
final class Help {
    private Help() {}

    static List<String> root() {
        var lines = new ArrayList<String>();
        lines.add(
                "The OpenPKS command line is used to create, manage, and delete Kubernetes clusters. To deploy workloads to a");
        lines.add("Kubernetes cluster created using the PKS CLI, use the Kubernetes CLI, kubectl.");
        lines.add("");
        lines.add("Version: " + Version.text());
        lines.add("");
        lines.add("Usage:");
        lines.add("  pks [command]");
        lines.add("");
        lines.add("Examples:");
        lines.add("  pks login -a api.pks.example.com -u alana --ca-cert ca.pem");
        lines.add("  pks plans");
        lines.add("  pks create-cluster my-cluster -e my-cluster.example.com -p small --wait");
        lines.add("  pks get-credentials my-cluster && kubectl get nodes");
        lines.add("");
        lines.add("Available Commands:");
        var rows = new ArrayList<String[]>();
        Commands.ALL.forEach(entry -> rows.add(new String[] {entry.name(), entry.summary()}));
        rows.add(new String[] {"help", "Help about any command"});
        rows.sort(Comparator.comparing(row -> row[0]));
        int width = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
        rows.forEach(row -> lines.add("  " + pad(row[0], width) + "  " + row[1]));
        lines.add("");
        lines.add("Flags:");
        lines.add("  -h, --help      help for pks");
        lines.add("      --version   version for pks");
        lines.add("");
        lines.add("Use \"pks [command] --help\" for more information about a command.");
        return lines;
    }

    static List<String> of(Entry entry, PksCommand command) {
        var parser = Commands.parser(command);
        var lines = new ArrayList<String>();
        lines.add(entry.summary());
        var more = parser.getCommandSpec().usageMessage().description();
        if (more.length > 0) {
            lines.add("");
            lines.addAll(List.of(more));
        }
        if (!command.about().isEmpty()) {
            lines.add("");
            lines.addAll(command.about());
        }
        lines.add("");
        lines.add("Usage:");
        lines.add("  pks " + entry.name() + " " + entry.usage());
        if (!entry.aliases().isEmpty()) {
            lines.add("");
            lines.add("Aliases:");
            lines.add("  " + entry.name() + ", " + String.join(", ", entry.aliases()));
        }
        lines.add("");
        lines.add("Examples:");
        entry.examples().forEach(example -> lines.add("  " + example));
        lines.add("");
        lines.add("Flags:");
        var options = parser.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .sorted(Comparator.comparing(OptionSpec::longestName))
                .toList();
        int width =
                options.stream().mapToInt(option -> left(option).length()).max().orElse(0);
        for (var option : options) {
            var text = option.usageHelp() ? List.of("help for " + entry.name()) : List.of(option.description());
            lines.add(pad(left(option), width) + "   " + text.getFirst());
            text.stream().skip(1).forEach(line -> lines.add(" ".repeat(width + 3) + line));
        }
        return lines;
    }

    private static String left(OptionSpec option) {
        var names = option.names();
        var shorthand = names[0].startsWith("--") ? "      " : "  " + names[0] + ", ";
        var type = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        return shorthand + option.longestName() + type;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
