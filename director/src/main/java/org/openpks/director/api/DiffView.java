package org.openpks.director.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openpks.director.config.YamlDiff;

/// A difference as the wire has it: pairs of a line and its status.
final class DiffView {

    private DiffView() {}

    static List<List<@Nullable String>> of(Map<String, Object> before, Map<String, Object> after, boolean redact) {
        var lines =
                YamlDiff.compare(redact ? YamlDiff.redact(before) : before, redact ? YamlDiff.redact(after) : after);
        var pairs = new ArrayList<List<@Nullable String>>();
        for (var line : lines) {
            var pair = new ArrayList<@Nullable String>();
            pair.add(line.text());
            pair.add(line.status().orElse(null));
            pairs.add(pair);
        }
        return pairs;
    }
}
