package org.openpks.cli.session;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.openpks.cli.failure.NotLoggedIn;
import org.openpks.cli.http.Connections;
import org.openpks.cli.http.Exchange;

/// The session of a running command: gives a usable access token and renews it on the way.
public final class LiveSession implements Bearer {
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final SessionFile file;
    private final InstantSource clock;
    private final Connections connections;
    private Session session;

    /// Fails with [NotLoggedIn] when nobody is.
    public LiveSession(SessionFile file, InstantSource clock, Connections connections) {
        this.file = file;
        this.clock = clock;
        this.connections = connections;
        this.session = file.read().orElseThrow(NotLoggedIn::new);
    }

    @Override
    public ApiAddress api() {
        return session.api();
    }

    @Override
    public Exchange exchange() {
        return connections.to("PKS API", session.trust());
    }

    public Session session() {
        return session;
    }

    @Override
    public String accessToken() {
        Instant soon = clock.instant().plus(MARGIN);
        if (session.tokens().accessEnds().filter(soon::isAfter).isPresent()) {
            renew();
        }
        return session.tokens().access();
    }

    @Override
    public void renew() {
        var refresh = session.tokens().refresh().orElseThrow(NotLoggedIn::new);
        session = file.alone(() -> renewed(refresh));
    }

    /// Another command may have renewed the session meanwhile; a refresh token may work only once. The file is ours
    /// only while it holds our session: whoever logged in or out since this command began is not overruled.
    private Session renewed(String refresh) {
        var kept = file.read();
        if (kept.filter(this::isRenewed).isPresent()) {
            return kept.get();
        }
        var fresh = session.with(new Uaa(session.uaa(), session.trust(), connections).refresh(refresh));
        if (kept.filter(session::equals).isPresent()) {
            file.write(fresh);
        }
        return fresh;
    }

    private boolean isRenewed(Session kept) {
        return kept.with(session.tokens()).equals(session) && !kept.tokens().equals(session.tokens());
    }

    /// Tells the UAA that the session is over. Fails when it cannot be told.
    public void end() {
        if (session.tokens().refresh().isEmpty()) {
            return;
        }
        accessToken();
        new Uaa(session.uaa(), session.trust(), connections).revoke(session.tokens());
    }
}
