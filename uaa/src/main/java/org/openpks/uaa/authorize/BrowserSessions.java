package org.openpks.uaa.authorize;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.policy.Digests;
import org.openpks.uaa.user.User;
import org.openpks.uaa.user.Users;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Who is logged in in which browser. The cookie holds a random token, the database its hash, so every process
/// knows every session. A session lasts [#LIFETIME] and ends with the user's password.
@Repository
class BrowserSessions {

    private static final String COOKIE = "uaa_session";
    private static final Duration LIFETIME = Duration.ofMinutes(30);

    private final JdbcClient jdbc;
    private final Users users;
    private final UaaSettings settings;
    private final InstantSource clock;

    BrowserSessions(JdbcClient jdbc, Users users, UaaSettings settings, InstantSource clock) {
        this.jdbc = jdbc;
        this.users = users;
        this.settings = settings;
        this.clock = clock;
    }

    record Session(User user, Instant authTime) {}

    /// Begins a session, and drops those that have expired.
    public void begin(User user, HttpServletResponse response) {
        var token = Digests.random() + Digests.random();
        var now = clock.instant();
        jdbc.sql("delete from browser_session where expires_at < :now")
                .param("now", Timestamp.from(now))
                .update();
        jdbc.sql("""
                        insert into browser_session (session_hash, user_id, user_salt, auth_time, expires_at)
                        values (:hash, :user, :salt, :now, :expiresAt)
                        """)
                .param("hash", Digests.hash(token))
                .param("user", user.id())
                .param("salt", user.password().salt())
                .param("now", Timestamp.from(now))
                .param("expiresAt", Timestamp.from(now.plus(LIFETIME)))
                .update();
        Cookies.set(response, settings, COOKIE, "/", token, LIFETIME);
    }

    Optional<Session> current(HttpServletRequest request) {
        return token(request)
                .flatMap(token -> jdbc.sql("""
                        select user_id, user_salt, auth_time from browser_session
                        where session_hash = :hash and expires_at > :now
                        """)
                        .param("hash", Digests.hash(token))
                        .param("now", Timestamp.from(clock.instant()))
                        .query((row, number) -> new Stored(
                                row.getString(1),
                                row.getString(2),
                                row.getTimestamp(3).toInstant()))
                        .optional())
                .flatMap(stored -> users.find(stored.userId())
                        .filter(User::active)
                        .filter(user -> user.password().salt().equals(stored.userSalt()))
                        .map(user -> new Session(user, stored.authTime())));
    }

    private record Stored(String userId, String userSalt, Instant authTime) {}

    void end(HttpServletRequest request, HttpServletResponse response) {
        token(request).ifPresent(token -> jdbc.sql("delete from browser_session where session_hash = :hash")
                .param("hash", Digests.hash(token))
                .update());
        Cookies.forget(response, settings, COOKIE, "/");
    }

    private static Optional<String> token(HttpServletRequest request) {
        return Optional.ofNullable(request.getCookies()).stream()
                .flatMap(Arrays::stream)
                .filter(cookie -> cookie.getName().equals(COOKIE))
                .map(Cookie::getValue)
                .findFirst();
    }
}
