package org.openpks.cli.watch;

import java.util.Locale;

/// Durations as people read them.
final class Elapsed {
    private Elapsed() {}

    /// As in `0.3s`, `12.0s`, `2m05s`, `1h02m`.
    static String text(long millis) {
        long tenths = Math.max(0, millis) / 100;
        if (tenths < 600) {
            return String.format(Locale.ROOT, "%d.%ds", tenths / 10, tenths % 10);
        }
        long seconds = tenths / 10;
        return seconds < 3600
                ? String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%dh%02dm", seconds / 3600, seconds / 60 % 60);
    }
}
