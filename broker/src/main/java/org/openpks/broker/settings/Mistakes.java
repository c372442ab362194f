package org.openpks.broker.settings;

import java.util.LinkedHashSet;
import java.util.Set;

/// All that is wrong with a configuration, each with the path of its key, so that an operator corrects it in one go.
final class Mistakes {

    private final Set<String> lines = new LinkedHashSet<>();

    void add(String path, String problem) {
        lines.add("%s: %s".formatted(path, problem));
    }

    int count() {
        return lines.size();
    }

    /// @throws IllegalArgumentException with one line for each mistake, when there is any
    void refuse() {
        if (!lines.isEmpty()) {
            var separator = lines.size() == 1 ? " " : "\n  ";
            throw new IllegalArgumentException(
                    "the broker's configuration is wrong:" + separator + String.join(separator, lines));
        }
    }
}
