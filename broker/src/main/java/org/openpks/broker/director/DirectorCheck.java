package org.openpks.broker.director;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.openpks.bosh.Director;
import org.openpks.bosh.Info;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.kernel.Fault;

/// Whether the Director can be used: it answers, knows us and is new enough. A bad answer is asked again with the
/// next request, so the broker starts without a Director and works as soon as there is one.
public final class DirectorCheck {

    /// Errands of a deployment's own groups came with this version.
    private static final int OLDEST = 261;

    private final Director director;
    private final Duration trust;
    private final InstantSource clock;
    private volatile @Nullable Seen seen;

    private record Seen(Info info, Instant at) {}

    public DirectorCheck(Director director, Duration trust, InstantSource clock) {
        this.director = director;
        this.trust = trust;
        this.clock = clock;
    }

    /// Returns when the Director can be used.
    /// @throws Fault saying why not
    public Info usable() {
        var last = seen;
        if (last != null && clock.instant().isBefore(last.at().plus(trust))) {
            return last.info();
        }
        var info = director.info();
        if (info.user() == null || info.user().isBlank()) {
            throw new Fault(
                    BrokerFault.MISCONFIGURED,
                    "The BOSH Director refuses the broker's credentials. Please contact your operator.",
                    "director=" + info.name());
        }
        if (info.majorVersion() < OLDEST) {
            throw new Fault(
                    BrokerFault.MISCONFIGURED,
                    "The BOSH Director is too old: version %s, needed is %d.".formatted(info.version(), OLDEST),
                    "director=" + info.name());
        }
        seen = new Seen(info, clock.instant());
        return info;
    }

    /// The Director's name, which never changes while it lives.
    public String name() {
        var last = seen;
        return last == null ? usable().name() : last.info().name();
    }
}
