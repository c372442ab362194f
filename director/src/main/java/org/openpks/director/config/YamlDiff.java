package org.openpks.director.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.representer.Representer;

/// The difference of two YAML documents as lines that `bosh` prints: what was removed, what was added, and above
/// each change the lines that say where it is.
public final class YamlDiff {

    /// Above so many lines on one side a change is shown as a whole: comparing line by line takes their product.
    private static final int LINES = 4000;

    private static final Set<String> SECRET_SECTIONS = Set.of("properties", "bosh");
    private static final String REDACTED = "<redacted>";

    private YamlDiff() {}

    /// A line of a difference.
    /// @param status `added`, `removed`, or empty for a line that only shows the place
    public record Line(String text, Optional<String> status) {}

    /// Compares two documents that were parsed.
    public static List<Line> compare(Map<String, Object> before, Map<String, Object> after) {
        var lines = new ArrayList<Line>();
        var keys = new LinkedHashMap<String, Boolean>();
        before.keySet().forEach(key -> keys.put(key, true));
        after.keySet().forEach(key -> keys.put(key, true));
        for (var key : keys.keySet()) {
            var section = section(dump(before, key), dump(after, key));
            if (!section.isEmpty() && !lines.isEmpty()) {
                lines.add(new Line("", Optional.empty()));
            }
            lines.addAll(section);
        }
        return lines;
    }

    /// A copy in which every scalar under `properties` and `bosh` is hidden.
    @SuppressWarnings("unchecked")
    public static Map<String, Object> redact(Map<String, Object> document) {
        return (Map<String, Object>) redact(document, false);
    }

    private static Object redact(Object value, boolean secret) {
        return switch (value) {
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<String, Object>();
                map.forEach((key, item) -> {
                    boolean below = secret || SECRET_SECTIONS.contains(String.valueOf(key));
                    copy.put(String.valueOf(key), item == null ? (below ? REDACTED : "") : redact(item, below));
                });
                yield copy;
            }
            case List<?> list ->
                list.stream()
                        .map(item -> item == null ? (secret ? REDACTED : "") : redact(item, secret))
                        .toList();
            default -> secret ? REDACTED : value;
        };
    }

    /// Parses a document that must be a hash; an empty one is an empty hash.
    /// @throws IllegalArgumentException when it is none; the message names the place
    public static Map<String, Object> parse(String yaml) {
        var options = new LoaderOptions();
        options.setMaxAliasesForCollections(1000);
        options.setCodePointLimit(16 * 1024 * 1024);
        Object document;
        try {
            document = new Yaml(new SafeConstructor(options)).load(yaml);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "Incorrect YAML structure of the uploaded body: " + firstLines(e.getMessage()), e);
        }
        if (document == null) {
            return Map.of();
        }
        if (!(document instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("YAML hash expected, but the document is a "
                    + (document instanceof List ? "list" : "scalar") + ".");
        }
        var copy = new LinkedHashMap<String, Object>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value == null ? "" : value));
        return copy;
    }

    private static String firstLines(String message) {
        var text = message.strip();
        int end = text.indexOf("\n in ");
        return (end > 0 ? text.substring(0, end) : text).replace('\n', ' ').replaceAll(" +", " ");
    }

    private static List<String> dump(Map<String, Object> document, String key) {
        if (!document.containsKey(key)) {
            return List.of();
        }
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        var section = new LinkedHashMap<String, Object>();
        section.put(key, document.get(key));
        return new Yaml(new Representer(options), options).dump(section).lines().toList();
    }

    private static List<Line> section(List<String> before, List<String> after) {
        if (before.equals(after)) {
            return List.of();
        }
        var marked = before.size() > LINES || after.size() > LINES ? whole(before, after) : lines(before, after);
        return withPlaces(marked);
    }

    private static List<Line> whole(List<String> before, List<String> after) {
        var lines = new ArrayList<Line>();
        before.forEach(text -> lines.add(new Line(text, Optional.of("removed"))));
        after.forEach(text -> lines.add(new Line(text, Optional.of("added"))));
        return lines;
    }

    /// The longest common subsequence tells the lines that stay.
    private static List<Line> lines(List<String> before, List<String> after) {
        var common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        var lines = new ArrayList<Line>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                lines.add(new Line(before.get(i), Optional.empty()));
                i++;
                j++;
            } else if (j >= after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
                lines.add(new Line(before.get(i++), Optional.of("removed")));
            } else {
                lines.add(new Line(after.get(j++), Optional.of("added")));
            }
        }
        return lines;
    }

    /// Keeps the changes and the lines above them that hold them: the nearest ones with less indentation.
    private static List<Line> withPlaces(List<Line> lines) {
        var keep = new boolean[lines.size()];
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).status().isPresent()) {
                keep[i] = true;
                int indent = indent(lines.get(i).text());
                for (int above = i - 1; above >= 0 && indent > 0; above--) {
                    int level = indent(lines.get(above).text());
                    if (level < indent && lines.get(above).status().isEmpty()) {
                        keep[above] = true;
                        indent = level;
                    }
                }
            }
        }
        var kept = new ArrayList<Line>();
        for (int i = 0; i < lines.size(); i++) {
            if (keep[i]) {
                kept.add(lines.get(i));
            }
        }
        return kept;
    }

    /// The items of a list stand no deeper than its key, yet belong to it.
    private static int indent(String text) {
        int spaces = 0;
        while (spaces < text.length() && text.charAt(spaces) == ' ') {
            spaces++;
        }
        boolean item = spaces < text.length() && text.charAt(spaces) == '-';
        return 2 * spaces + (item ? 1 : 0);
    }
}
