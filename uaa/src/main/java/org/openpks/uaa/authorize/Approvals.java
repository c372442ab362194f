package org.openpks.uaa.authorize;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/// Which scopes a user has granted to a client, and refused. An answer counts for [#LIFETIME].
@Repository
class Approvals {

    private static final Duration LIFETIME = Duration.ofDays(30);

    private final JdbcClient jdbc;
    private final InstantSource clock;

    Approvals(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// The scopes with an answer that still counts, granted or refused.
    Set<String> find(String userId, String clientId, boolean approved) {
        return new TreeSet<>(jdbc.sql("""
                        select scope from approval
                        where user_id = :user and client_id = :client and approved = :approved and expires_at > :now
                        """)
                .param("user", userId)
                .param("client", clientId)
                .param("approved", approved)
                .param("now", Timestamp.from(clock.instant()))
                .query(String.class)
                .list());
    }

    @Transactional
    void store(String userId, String clientId, Collection<String> asked, Collection<String> approved) {
        var now = clock.instant();
        asked.forEach(scope -> jdbc.sql("""
                        insert into approval (user_id, client_id, scope, approved, expires_at, updated_at)
                        values (:user, :client, :scope, :approved, :expiresAt, :now)
                        on duplicate key update approved = :approved, expires_at = :expiresAt, updated_at = :now
                        """)
                .param("user", userId)
                .param("client", clientId)
                .param("scope", scope)
                .param("approved", approved.contains(scope))
                .param("expiresAt", Timestamp.from(now.plus(LIFETIME)))
                .param("now", Timestamp.from(now))
                .update());
    }

    void forget(String userId, String clientId) {
        jdbc.sql("delete from approval where user_id = :user and client_id = :client")
                .param("user", userId)
                .param("client", clientId)
                .update();
    }
}
