package org.openpks.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/// `Key:` and value, one pair a line, the values below each other two spaces right of the longest key.
public final class Details {
    private record Pair(String key, String value) {}

    private final List<Pair> pairs = new ArrayList<>();

    /// Adds a line; the value may be foreign text, and empty.
    public Details add(String key, String value) {
        pairs.add(new Pair(key + ":", Text.line(value)));
        return this;
    }

    /// One string per line.
    public List<String> lines() {
        int width =
                pairs.stream().mapToInt(pair -> Table.length(pair.key())).max().orElse(0) + 2;
        var lines = new ArrayList<String>();
        for (var pair : pairs) {
            lines.add((pair.key() + " ".repeat(width - Table.length(pair.key())) + pair.value()).stripTrailing());
        }
        return lines;
    }
}
