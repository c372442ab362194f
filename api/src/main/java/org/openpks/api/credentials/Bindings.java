package org.openpks.api.credentials;

import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.openpks.api.access.Principal;
import org.openpks.api.storage.Columns;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Who was given an identity in which cluster. The row is written before the broker is asked and holds no secret.
/// It goes with its cluster, whose deletion ends every identity in it.
@Repository
class Bindings {

    private final JdbcClient jdbc;
    private final InstantSource clock;

    Bindings(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// How far a binding is, and what it is.
    enum State {
        /// The broker was asked; the identity may exist or not.
        REQUESTED,
        /// An identity of its own.
        ISSUED,
        /// The user's own name in the cluster, as its administrator: asked again it is the same one.
        SHARED,
        /// The user's own name in the cluster, without rights: asked again it is the same one.
        GUEST;

        private String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void insert(UUID id, UUID cluster, Principal user, State state) {
        jdbc.sql("""
                insert into binding (id, cluster_uuid, user_kind, user_name, state, created_at)
                values (:id, :cluster, :kind, :name, :state, :now)""")
                .param("id", id.toString())
                .param("cluster", cluster.toString())
                .param("kind", Columns.kind(user))
                .param("name", user.name())
                .param("state", state.column())
                .param("now", Columns.time(clock.instant()))
                .update();
    }

    void become(UUID id, State state) {
        jdbc.sql("update binding set state = :state where id = :id")
                .param("state", state.column())
                .param("id", id.toString())
                .update();
    }

    /// A user's binding of that state, the oldest.
    Optional<UUID> find(UUID cluster, Principal user, State state) {
        return jdbc.sql("""
                        select id from binding
                        where cluster_uuid = :cluster and user_kind = :kind and user_name = :name and state = :state
                        order by created_at limit 1""")
                .param("cluster", cluster.toString())
                .param("kind", Columns.kind(user))
                .param("name", user.name())
                .param("state", state.column())
                .query(String.class)
                .optional()
                .map(UUID::fromString);
    }

    /// Whether the cluster was seen to take the users of a provider by their own names.
    boolean takesUsers(UUID cluster) {
        return jdbc.sql("select exists (select 1 from binding where cluster_uuid = :cluster and state = 'shared')")
                .param("cluster", cluster.toString())
                .query(Boolean.class)
                .single();
    }

    /// The cluster was seen to take users by their own names no more.
    void takesNoUsers(UUID cluster) {
        jdbc.sql("update binding set state = 'issued' where cluster_uuid = :cluster and state in ('shared', 'guest')")
                .param("cluster", cluster.toString())
                .update();
    }

    void remove(UUID id) {
        jdbc.sql("delete from binding where id = :id")
                .param("id", id.toString())
                .update();
    }
}
