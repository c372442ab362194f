package org.openpks.uaa.policy;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import org.openpks.uaa.UaaSettings;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Locks a name out after failed log-ins. The count lies in the database, so it holds across processes; names
/// that do not exist are counted too, so that a lock does not tell which names exist.
@Component
public class Lockout {

    private final JdbcClient jdbc;
    private final UaaSettings.Lockout policy;
    private final InstantSource clock;

    Lockout(JdbcClient jdbc, UaaSettings settings, InstantSource clock) {
        this.jdbc = jdbc;
        this.policy = settings.lockout();
        this.clock = clock;
    }

    /// Whether the name failed too often, and the last failure is younger than the lockout period.
    public boolean locked(String origin, String userName) {
        return policy.afterFailures() > 0
                && jdbc.sql("""
                                select count(*) from login_failure
                                where principal_hash = :principal and failures >= :most and last_failure_at > :since
                                """)
                                .param("principal", hash(origin, userName))
                                .param("most", policy.afterFailures())
                                .param("since", before(policy.period()))
                                .query(Integer.class)
                                .single()
                        > 0;
    }

    /// Counts a failure; failures that lie further apart than the window do not add up.
    /// @return whether this one locks the name
    public boolean failed(String origin, String userName) {
        if (policy.afterFailures() <= 0) {
            return false;
        }
        var longest = policy.window().compareTo(policy.period()) > 0 ? policy.window() : policy.period();
        jdbc.sql("delete from login_failure where last_failure_at < :since")
                .param("since", before(longest))
                .update();
        jdbc.sql("""
                        insert into login_failure (principal_hash, failures, last_failure_at) values (:principal, 1, :now)
                        on duplicate key update failures = if(last_failure_at > :since, failures + 1, 1), last_failure_at = :now
                        """)
                .param("principal", hash(origin, userName))
                .param("now", before(Duration.ZERO))
                .param("since", before(policy.window()))
                .update();
        return locked(origin, userName);
    }

    /// A log-in succeeded, or an administrator unlocked the name.
    public void forget(String origin, String userName) {
        jdbc.sql("delete from login_failure where principal_hash = :principal")
                .param("principal", hash(origin, userName))
                .update();
    }

    private Timestamp before(Duration duration) {
        return Timestamp.from(clock.instant().minus(duration));
    }

    private static String hash(String origin, String userName) {
        return Digests.hash(origin + "\u0000" + userName.toLowerCase(Locale.ROOT));
    }
}
