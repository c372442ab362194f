package org.openpks.api.credentials;

import java.time.InstantSource;
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
        jdbc.sql("update binding set state = 'issued' where id = :id")
                .param("id", id.toString())
                .update();
    }

    void remove(UUID id) {
        jdbc.sql("delete from binding where id = :id")
                .param("id", id.toString())
                .update();
    }
}
