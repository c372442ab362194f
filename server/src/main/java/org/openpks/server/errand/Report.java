package org.openpks.server.errand;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/// The lines of an errand, each with the seconds since its begin.
public final class Report {

    private final PrintWriter out;
    private final InstantSource clock;
    private final Instant begin;

    public Report(PrintWriter out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
        this.begin = clock.instant();
    }

    /// What happens to a cluster, by its name.
    void line(String name, String text) {
        line("%-20s %s".formatted(name, text));
    }

    synchronized void line(String text) {
        var seconds = Duration.between(begin, clock.instant()).toMillis() / 1000.0;
        out.println(String.format(Locale.ROOT, "%7.1f s  %s", seconds, text));
        out.flush();
    }

    /// A line without the time.
    public synchronized void plain(String text) {
        out.println(text);
        out.flush();
    }
}
