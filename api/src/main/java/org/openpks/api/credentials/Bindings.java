package org.openpks.api.credentials;

import java.time.InstantSource;
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

    void insert(UUID id, UUID cluster, Principal user) {
        jdbc.sql("""
                insert into binding (id, cluster_uuid, user_kind, user_name, state, created_at)
                values (:id, :cluster, :kind, :name, 'requested', :now)""")
                .param("id", id.toString())
                .param("cluster", cluster.toString())
                .param("kind", Columns.kind(user))
                .param("name", user.name())
                .param("now", Columns.time(clock.instant()))
                .update();
    }

    void issued(UUID id) {
        state(id, "issued");
    }

    /// The identity is the user's own name in the cluster, as its administrator: asked again it is the same one.
    void shared(UUID id) {
        state(id, "shared");
    }

    private void state(UUID id, String state) {
        jdbc.sql("update binding set state = :state where id = :id")
                .param("state", state)
                .param("id", id.toString())
                .update();
    }

    /// The binding that stands for the user's own name in the cluster, if the cluster was seen to take such names.
    Optional<UUID> findShared(UUID cluster, Principal user) {
        return jdbc.sql("""
                        select id from binding
                        where cluster_uuid = :cluster and user_kind = :kind and user_name = :name and state = 'shared'
                        order by created_at limit 1""")
                .param("cluster", cluster.toString())
                .param("kind", Columns.kind(user))
                .param("name", user.name())
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

    void remove(UUID id) {
        jdbc.sql("delete from binding where id = :id")
                .param("id", id.toString())
                .update();
    }
}
