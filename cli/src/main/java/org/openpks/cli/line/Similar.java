package org.openpks.cli.line;

import java.util.List;
import java.util.Locale;

/// Finds what somebody may have meant.
final class Similar {
    private static final int FARTHEST = 2;

    private Similar() {}

    /// The candidates that differ from the word by at most two letters, or start with it.
    static List<String> to(String word, List<String> candidates) {
        var meant = word.toLowerCase(Locale.ROOT);
        return candidates.stream()
                .filter(candidate -> (meant.length() > 2 && candidate.startsWith(meant))
                        || distance(meant, candidate) <= Math.min(FARTHEST, meant.length() / 2))
                .toList();
    }

    /// How many letters must be added, removed or replaced.
    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replace, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
