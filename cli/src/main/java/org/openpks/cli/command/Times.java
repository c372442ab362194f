package org.openpks.cli.command;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// Points in time as people read them.
public final class Times {
    private static final String NONE = "---";

    private Times() {}

    /// As in `Mon, 14 Oct 2019 12:00:00 PDT`; `---` for none.
    public static String text(Optional<Instant> time, Supplier<ZoneId> zone) {
        return time.map(instant -> DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss zzz", Locale.ENGLISH)
                        .format(instant.atZone(zone.get())))
                .orElse(NONE);
    }
}
