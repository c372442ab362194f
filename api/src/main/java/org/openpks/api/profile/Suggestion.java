package org.openpks.api.profile;

import java.util.Collection;
import java.util.Comparator;

/// Finds what somebody may have meant by a mistyped word.
final class Suggestion {

    private Suggestion() {}

    /// ` Did you mean 'WORD'?`, or nothing when no known word is near.
    static String of(String word, Collection<String> known) {
        int patience = Math.max(2, word.length() / 4);
        return known.stream()
                .filter(candidate -> Math.abs(candidate.length() - word.length()) <= patience)
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
                .filter(candidate -> distance(word, candidate) <= patience)
                .map(" Did you mean '%s'?"::formatted)
                .orElse("");
    }

    /// How many letters must be put in, taken out or changed.
    private static int distance(String one, String other) {
        var previous = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            var current = new int[other.length() + 1];
            current[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int changed = previous[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(changed, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[other.length()];
    }
}
