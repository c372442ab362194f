package org.openpks.cli.command;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.terminal.Text;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// All commands, and the way from the words on the command line to one of them.
public final class Commands {
    static final List<Entry> ALL = List.of(
            new Entry(
                    "cluster",
                    List.of(),
                    "View the details of a cluster",
                    "<cluster-name> [flags]",
                    List.of("pks cluster my-cluster", "pks cluster my-cluster --json"),
                    ClusterCommand::new),
            new Entry(
                    "clusters",
                    List.of("list-clusters"),
                    "Show all clusters that you may see",
                    "[flags]",
                    List.of("pks clusters", "pks clusters --json"),
                    ClustersCommand::new),
            new Entry(
                    "create-cluster",
                    List.of(),
                    "Create a Kubernetes cluster from a plan",
                    "<cluster-name> [flags]",
                    List.of(
                            "pks create-cluster my-cluster --external-hostname my-cluster.example.com --plan small",
                            "pks create-cluster my-cluster -e my-cluster.example.com -p small --num-nodes 5 --wait"),
                    CreateClusterCommand::new),
            new Entry(
                    "delete-cluster",
                    List.of(),
                    "Delete a cluster with everything that runs in it",
                    "<cluster-name> [flags]",
                    List.of("pks delete-cluster my-cluster", "pks delete-cluster my-cluster --non-interactive --wait"),
                    DeleteClusterCommand::new),
            new Entry(
                    "get-credentials",
                    List.of(),
                    "Let kubectl connect to a cluster as its administrator",
                    "<cluster-name> [flags]",
                    List.of("pks get-credentials my-cluster && kubectl get nodes"),
                    GetCredentialsCommand::new),
            new Entry(
                    "login",
                    List.of(),
                    "Log in to a PKS API",
                    "[flags]",
                    List.of(
                            "pks login -a api.pks.example.com -u alana --ca-cert ca.pem",
                            "pks login -a api.pks.example.com -u alana -p 'secret' -k",
                            "pks login -a api.pks.example.com --client-name automation --client-secret 'secret'",
                            "eval \"$(bin/pks-server env)\" && pks login"),
                    LoginCommand::new),
            new Entry(
                    "logout",
                    List.of(),
                    "Log out of the PKS API; credentials in a kubeconfig stay",
                    "[flags]",
                    List.of("pks logout"),
                    LogoutCommand::new),
            new Entry(
                    "plans",
                    List.of(),
                    "View the plans that clusters can be created from",
                    "[flags]",
                    List.of("pks plans", "pks plans --json"),
                    PlansCommand::new),
            new Entry(
                    "resize",
                    List.of(),
                    "Change the number of worker nodes of a cluster",
                    "<cluster-name> [flags]",
                    List.of(
                            "pks resize my-cluster --num-nodes 5",
                            "pks resize my-cluster -n 1 --non-interactive --wait"),
                    ResizeCommand::new),
            new Entry(
                    "update-cluster",
                    List.of(),
                    "Change the settings of a cluster",
                    "<cluster-name> [flags]",
                    List.of("pks update-cluster my-cluster --num-nodes 5"),
                    UpdateClusterCommand::new),
            new Entry(
                    "upgrade-cluster",
                    List.of(),
                    "Upgrade a cluster to the Kubernetes version that is offered",
                    "<cluster-name> [flags]",
                    List.of(
                            "pks upgrade-cluster my-cluster",
                            "pks upgrade-cluster my-cluster --non-interactive --wait"),
                    UpgradeClusterCommand::new));

    private Commands() {}

    /// Runs a command line and returns its exit code: 0, or 1 after any failure.
    public static int run(List<String> words, Context context) {
        try {
            dispatch(words, context);
            return 0;
        } catch (Failure e) {
            context.terminal().printError("Error: " + Text.line(String.valueOf(e.getMessage())));
            e.hint().ifPresent(context.terminal()::printError);
            return 1;
        }
    }

    static Optional<Entry> find(String word) {
        return ALL.stream().filter(entry -> entry.answersTo(word)).findFirst();
    }

    private static void dispatch(List<String> words, Context context) {
        var first = words.isEmpty() ? "--help" : words.getFirst();
        switch (first) {
            case "-h", "--help" -> context.terminal().print(Help.root());
            case "--version" -> context.terminal().print("PKS CLI version: " + Version.text());
            case "help" -> help(words.subList(1, words.size()), context);
            default -> {
                if (first.startsWith("-")) {
                    throw new Failure(
                            first.startsWith("--")
                                    ? "unknown flag: " + first
                                    : "unknown shorthand flag: '%s' in %s"
                                            .formatted(first.substring(1, Math.min(2, first.length())), first),
                            "Run 'pks --help' for usage.");
                }
                call(find(first).orElseThrow(() -> unknown(first)), words.subList(1, words.size()), context);
            }
        }
    }

    private static void help(List<String> words, Context context) {
        if (words.isEmpty() || words.getFirst().startsWith("-")) {
            context.terminal().print(Help.root());
        } else {
            var entry = find(words.getFirst()).orElseThrow(() -> unknown(words.getFirst()));
            context.terminal().print(Help.of(entry, parser(entry.factory().get())));
        }
    }

    private static void call(Entry entry, List<String> words, Context context) {
        var command = entry.factory().get();
        var parser = parser(command);
        try {
            parser.parseArgs(words.toArray(String[]::new));
        } catch (ParameterException e) {
            throw UsageFailure.of(entry, parser, e);
        }
        if (command.help) {
            context.terminal().print(Help.of(entry, parser));
        } else {
            command.run(context);
        }
    }

    /// Flags as Go's pflag takes them: the last of several wins, and a value may look like a flag.
    private static CommandLine parser(PksCommand command) {
        return new CommandLine(command)
                .setOverwrittenOptionsAllowed(true)
                .setAllowOptionsAsOptionParameters(true)
                .setExpandAtFiles(false)
                .setInterpolateVariables(false)
                .setTrimQuotes(false);
    }

    private static Failure unknown(String word) {
        var hint = new StringBuilder();
        var near = Similar.to(
                word,
                ALL.stream()
                        .flatMap(entry -> Stream.concat(Stream.of(entry.name()), entry.aliases().stream()))
                        .toList());
        if (!near.isEmpty()) {
            hint.append("\nDid you mean this?\n");
            near.forEach(name -> hint.append('\t').append(name).append('\n'));
            hint.append('\n');
        }
        hint.append("Run 'pks --help' for usage.");
        return new Failure("unknown command \"%s\" for \"pks\"".formatted(word), hint.toString());
    }
}
