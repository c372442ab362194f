package org.openpks.cli.line;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.openpks.cli.api.PksApi;
import org.openpks.cli.api.Profiles;
import org.openpks.cli.api.Task;
import org.openpks.cli.command.Entry;
import org.openpks.cli.json.Json;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// How a command line could go on. Each proposal is a word, with a tab and an explanation where there is one.
final class Completion {
    /// Proposed instead of words where the name of a file is wanted: shells know those better.
    static final String FILES = ":files";

    private static final List<String> BOOLEANS = List.of("true", "false");

    /// What a flag or an argument takes, by the flag's longest name or the argument's label.
    private static final Map<String, Function<PksApi, List<String>>> VALUES = Map.ofEntries(
            Map.entry("<cluster-name>", Completion::clusters),
            Map.entry("--clusters", Completion::clusters),
            Map.entry("--canaries", Completion::clusters),
            Map.entry("--plan", api -> names(api.plansJson())),
            Map.entry("--network-profile", profiles(Profiles.Kind.NETWORK)),
            Map.entry("--kubernetes-profile", profiles(Profiles.Kind.KUBERNETES)),
            Map.entry("--compute-profile", profiles(Profiles.Kind.COMPUTE)),
            Map.entry("<task-id>", api -> api.tasks().latest(20).items().stream()
                    .map(Task::of)
                    .map(task -> task.id() + "\t" + task.status())
                    .toList()),
            Map.entry("<owner>", api -> api.quotas().all().items().stream()
                    .map(quota -> quota.text("owner"))
                    .toList()));

    private static final Map<String, List<String>> FIXED = Map.ofEntries(
            Map.entry("<json-path>", List.of(FILES)),
            Map.entry("<shell>", CompletionCommand.SHELLS),
            Map.entry("--ca-cert", List.of(FILES)),
            Map.entry("--config-file", List.of(FILES)),
            Map.entry("--output", List.of("table", "json", "yaml")),
            Map.entry("--kubelet-drain-force", BOOLEANS),
            Map.entry("--kubelet-drain-force-node", BOOLEANS),
            Map.entry("--kubelet-drain-ignore-daemonsets", BOOLEANS),
            Map.entry("--kubelet-drain-delete-local-data", BOOLEANS));

    private final Function<Function<PksApi, List<String>>, List<String>> ask;

    /// @param ask asks the API, and gives nothing when it does not answer
    Completion(Function<Function<PksApi, List<String>>, List<String>> ask) {
        this.ask = ask;
    }

    /// @param line the words after `pks`; the last one, which may be empty, is being typed
    List<String> of(List<String> line) {
        var words = joined(line);
        var current = words.removeLast();
        return proposals(words, current).stream()
                .filter(proposal -> proposal.equals(FILES) || proposal.startsWith(current))
                .sorted()
                .toList();
    }

    /// bash takes `--plan=small` apart at the equals sign.
    private static List<String> joined(List<String> line) {
        var words = new ArrayList<String>();
        for (var word : line) {
            boolean follows = !words.isEmpty() && words.getLast().matches("--[a-z-]+=");
            boolean equals =
                    word.equals("=") && !words.isEmpty() && words.getLast().startsWith("--");
            if (follows || equals) {
                words.add(words.removeLast() + word);
            } else {
                words.add(word);
            }
        }
        return words;
    }

    private List<String> proposals(List<String> words, String current) {
        if (words.isEmpty() || words.equals(List.of("help"))) {
            return current.startsWith("-") ? List.of("--help", "--version") : commands();
        }
        return Commands.find(words.getFirst())
                .map(entry -> ofCommand(entry, words.subList(1, words.size()), current))
                .orElse(List.of());
    }

    private static List<String> commands() {
        return Stream.concat(
                        Commands.ALL.stream().map(entry -> entry.name() + "\t" + entry.summary()),
                        Stream.of("help\tHelp about any command"))
                .toList();
    }

    private List<String> ofCommand(Entry entry, List<String> words, String current) {
        var spec = Commands.parser(entry.factory().get()).getCommandSpec();
        Optional<OptionSpec> open = Optional.empty();
        int arguments = 0;
        for (var word : words) {
            if (open.isPresent()) {
                open = Optional.empty();
            } else if (word.startsWith("-")) {
                open = option(spec, word).filter(option -> option.arity().max() > 0);
            } else {
                arguments++;
            }
        }
        if (open.isPresent()) {
            return values(open.get().longestName(), entry, current);
        }
        int equals = current.indexOf('=');
        if (current.startsWith("--") && equals > 0) {
            var flag = current.substring(0, equals + 1);
            return option(spec, current.substring(0, equals))
                    .map(option -> values(option.longestName(), entry, current.substring(equals + 1)))
                    .orElse(List.of())
                    .stream()
                    .map(value -> value.equals(FILES) ? value : flag + value)
                    .toList();
        }
        if (current.startsWith("-")) {
            return flags(spec);
        }
        var positionals = spec.positionalParameters();
        return arguments < positionals.size()
                ? values(positionals.get(arguments).paramLabel(), entry, current)
                : List.of();
    }

    private static Optional<OptionSpec> option(CommandSpec spec, String word) {
        return Optional.ofNullable(spec.findOption(word));
    }

    private static List<String> flags(CommandSpec spec) {
        return spec.options().stream()
                .filter(option -> !option.hidden())
                .map(option -> option.description().length == 0
                        ? option.longestName()
                        : option.longestName() + "\t" + option.description()[0])
                .toList();
    }

    private List<String> values(String what, Entry entry, String current) {
        if (FIXED.containsKey(what)) {
            return FIXED.get(what);
        }
        var source = what.equals("<profile-name>") ? profiles(kind(entry)) : VALUES.get(what);
        if (source == null) {
            return List.of();
        }
        var known = ask.apply(source);
        // Lists of clusters go on after each comma.
        int comma = current.lastIndexOf(',');
        return what.startsWith("--c") && comma >= 0
                ? known.stream()
                        .map(name -> current.substring(0, comma + 1) + name)
                        .toList()
                : known;
    }

    private static Profiles.Kind kind(Entry entry) {
        for (var kind : Profiles.Kind.values()) {
            if (entry.name().contains(kind.word())) {
                return kind;
            }
        }
        throw new IllegalStateException("a command about profiles of no kind: " + entry.name());
    }

    private static List<String> clusters(PksApi api) {
        return names(api.clustersJson());
    }

    private static Function<PksApi, List<String>> profiles(Profiles.Kind kind) {
        return api -> names(api.profiles(kind).all());
    }

    private static List<String> names(Json items) {
        return items.items().stream().map(item -> item.text("name")).toList();
    }
}
